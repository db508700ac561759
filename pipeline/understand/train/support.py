"""Messages to a brand's support, written for this project (CC BY 4.0): what is a complaint, and what is only a message.

Complaints here say that something was expected and did not happen. Training uses them beside the corpus; no set holds their like.
"""

from __future__ import annotations

COMPLAINTS = """
@brandhelp my order was due on Tuesday and there is still no sign of it
@brandhelp been on hold for 45 minutes, does anybody actually work there?
@brandhelp why have I been charged twice for the same thing?
@brandhelp the app keeps logging me out since the last update
@brandhelp still no reply to my email from last week
@brandhelp your website won't let me check out, tried three cards
@brandhelp third time this month the internet is down in my street
@brandhelp the jacket I bought three weeks ago is already falling apart
@brandhelp I was told someone would call me back yesterday. Nobody did.
@brandhelp my flight was cancelled and I can't get anyone on the phone
@brandhelp what is the point of next day delivery if it takes five
@brandhelp tracking says delivered but nothing was delivered
@brandhelp I sent you a DM two days ago and nothing yet
@brandhelp the battery dies after two hours, it's a brand new phone
@brandhelp your driver left the parcel in the rain, everything is soaked
@brandhelp can't log in, password reset emails never arrive
@brandhelp got the wrong size AGAIN
@brandhelp so you cancel my order without telling me? great
@brandhelp the game crashes every time I try to join a match
@brandhelp the store was out of everything that was on sale
@brandhelp I paid for premium and still get ads
@brandhelp my account has been locked for no reason and support just sends me the same automated answer
@brandhelp the trains are late every single day this week
@brandhelp found a hair in my salad today
@brandhelp it has been 10 days and I still haven't got my refund
@brandhelp your chat is useless, I was disconnected four times
@brandhelp no signal at all in the city centre, how is that possible
@brandhelp the update broke my printer
@brandhelp the item that arrived is nothing like the picture
@brandhelp I've been a customer for 12 years and this is how you treat me
@brandhelp you put the prices up again without any notice
@brandhelp the coffee was cold and the staff rude
@brandhelp my seat did not recline for the whole flight
@brandhelp your server is down again isn't it
@brandhelp I asked to unsubscribe three times and still get your emails
@brandhelp the zip broke the first time I wore it
@brandhelp why does it take you a week to answer a simple question
@brandhelp not impressed with the service at your Leeds shop today
@brandhelp is there anyone who can help? I keep being passed from one department to another
@brandhelp my gift card doesn't work and nobody can tell me why
@brandhelp no hot water in the room for the second day
@brandhelp the car has been in your garage for three weeks now
@brandhelp half of the items in my delivery are missing
@brandhelp your app says there is no network but my wifi is fine
@brandhelp this is the worst experience I have had with any company
@brandhelp lost my luggage and now you lost my claim too
@brandhelp you charged me for a subscription I cancelled in March
@brandhelp the new version is so slow I can't work with it
@brandhelp I keep getting error 500 when I upload anything
@brandhelp how can the same shirt cost more online than in the shop? feels like a rip off
@brandhelp never received my confirmation email and the booking has disappeared
@brandhelp the heating fails every winter and you send somebody after a week
@brandhelp your tv box freezes all the time, tired of rebooting it
@brandhelp the delivery guy did not even ring the bell
@brandhelp bought these shoes in May, sole came off in June
@brandhelp I've tried everything on your help page, nothing works
@brandhelp you keep telling me 24 hours. It's been five days
@brandhelp my points are gone after the migration
@brandhelp the checkout page just hangs
@brandhelp why is nobody answering the phone
@brandhelp sound cuts out every few seconds on the new headphones
@brandhelp my bag came back from your repair with a new scratch
@brandhelp ordered two, got one, charged for two
@brandhelp disappointed that you still don't ship to Ireland
@brandhelp I can't believe you discontinued my favourite
@brandhelp your site has been down since this morning
@brandhelp another delay, missed my connection because of you
@brandhelp the screen flickers since I installed the update
@brandhelp you guys suck, fix your servers
@brandhelp so annoyed right now, waited in all day for nothing
@brandhelp two hours for a pizza and it was cold
@brandhelp the promo code you sent me is not valid
@brandhelp not able to open my account since Friday, please sort it out
@brandhelp the milk I bought today is already sour
@brandhelp your bus drove straight past me this morning
@brandhelp no response. no refund. no product. well done
"""
OTHERS = """
@brandhelp hi, what time do you open on Sundays?
@brandhelp thanks for the quick reply!
@brandhelp DM sent, thank you
@brandhelp do you have this in a medium?
@brandhelp will the new model be available in Canada?
@brandhelp how do I change the email on my account?
@brandhelp ok, I'll try that and let you know
@brandhelp yes, it's order 4482
@brandhelp it works now, thanks a lot
@brandhelp could you follow me so that I can send you a message?
@brandhelp love the new spring collection
@brandhelp when will the sale start?
@brandhelp is this compatible with the older version?
@brandhelp great, thank you for your help
@brandhelp can I return a gift without the receipt?
@brandhelp just wanted to say that Maria in your Bristol shop was lovely
@brandhelp do you ship to Spain?
@brandhelp any plans for a dark mode?
@brandhelp where can I find the user manual?
@brandhelp I'm writing an article about your company, who should I talk to?
@brandhelp the blue one on your home page
@brandhelp sure, I'll wait for your message
@brandhelp which plan do I need for two lines?
@brandhelp how much is the delivery to Scotland?
@brandhelp can you tell me if flight 221 is on time?
@brandhelp got it, cheers
@brandhelp awesome, you guys are the best
@brandhelp can I use my student discount in the outlet?
@brandhelp I would like to book a table for six
@brandhelp does the warranty cover a broken screen?
@brandhelp I use it on Windows 10
@brandhelp are you hiring in Manchester?
@brandhelp what's the difference between the two?
@brandhelp can I bring my dog on the train?
@brandhelp sent you the details in a private message
@brandhelp my postcode is M1 4BT
@brandhelp how long does the battery usually last?
@brandhelp no worries, thanks anyway
@brandhelp is there a phone number I can call?
@brandhelp please let me know when it is back in stock
@brandhelp excited for the launch next week!
@brandhelp hi there, can you help me with a booking?
@brandhelp will there be a live stream of the event?
@brandhelp can't wait to try it
@brandhelp thank you, problem solved
@brandhelp does anyone know if there is parking?
@brandhelp haha good one
@brandhelp what's the name of the song in your new ad?
@brandhelp Thanks! Have a good weekend too
@brandhelp I need to change the date of my flight, how do I do that?
@brandhelp is the 3pm train running today?
@brandhelp I have a question about my bill, can I DM you?
@brandhelp do you guys sell gift cards?
@brandhelp it's a 2014 model, bought in Madrid
@brandhelp any update on the release date?
@brandhelp can I get the recipe for this?
@brandhelp my daughter loves it
@brandhelp how do I connect it to my tv?
@brandhelp where are you located?
@brandhelp yes please!
@brandhelp perfect service today, thank you to the crew of 417
@brandhelp I'd like some information about your loyalty card
@brandhelp is there a vegetarian option?
@brandhelp thinking of buying the new one, worth it?
@brandhelp what do I do with the old box?
@brandhelp good morning! do you take card payments?
@brandhelp can you recommend a size for 180 cm?
@brandhelp found it, thanks
@brandhelp how do I enter the contest?
@brandhelp I followed you, please DM me
@brandhelp not yet, I'll check tonight
@brandhelp would you consider a bigger size in the future?
@brandhelp impressed with how fast this arrived
@brandhelp is it possible to pick it up in the store?
@brandhelp please follow back
@brandhelp does the app work offline?
"""


def messages() -> list[tuple[str, bool]]:
    """Every message, and whether it complains."""
    return [(line, sort is COMPLAINTS) for sort in (COMPLAINTS, OTHERS) for line in sort.strip().split("\n")]
