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
@brandhelp I have messaged you twice and not heard back
@brandhelp still waiting for the call you promised on Monday
@brandhelp same here, keeps crashing since the update
@brandhelp also getting this error, reinstalling did not help
@brandhelp can someone please help me? This is my fourth tweet
@brandhelp any idea why my order has not shipped? paid for express
@brandhelp the page just keeps loading and never opens
@brandhelp internet is out again in our area, second time today
@brandhelp when is the fix coming? We have been waiting for months
@brandhelp my parcel says out for delivery since Thursday
@brandhelp two of the four glasses arrived smashed
@brandhelp why do you advertise a price that you don't honour at the till?
@brandhelp never shopping with you again
@brandhelp worst customer service I have ever had
@brandhelp sent to three different departments and nobody could help with my bill
@brandhelp your agent hung up on me
@brandhelp I keep getting the same canned reply
@brandhelp train cancelled without any announcement, again
@brandhelp standing room only on the 7.42, where are the other coaches?
@brandhelp the bus app says 5 minutes for the last half hour
@brandhelp stuck on the tarmac for two hours and no one tells us anything
@brandhelp you moved my seat and separated me from my kids
@brandhelp I can't log into my account, says my password is wrong when it isn't
@brandhelp the new interface is awful, please bring the old one back
@brandhelp the battery of my phone drains in half a day since the last software
@brandhelp my laptop overheats and the fan sounds like a jet
@brandhelp driver update broke my second monitor
@brandhelp I bought this in March and it has already stopped working
@brandhelp why does the screen go black every time I open the camera?
@brandhelp the stitching came undone after one wash
@brandhelp the colour ran and ruined my other clothes
@brandhelp ordered a size 8, got a 12, and now you want me to pay for the return
@brandhelp my refund was approved a month ago. Where is it?
@brandhelp my discount was not applied and I was charged full price
@brandhelp why have you taken 40 pounds out of my account?
@brandhelp seller cancelled my order and you do nothing
@brandhelp item marked as delivered, I was at home all day, nobody came
@brandhelp left a card saying I was out. I was not out.
@brandhelp chicken was raw in the middle
@brandhelp half the fries were missing and the drink was flat
@brandhelp waited 25 minutes in the drive thru for a coffee
@brandhelp you never get my order right
@brandhelp my sandwich had plastic in it
@brandhelp the yoghurt I bought was mouldy before its date
@brandhelp the shelves in your store are always empty
@brandhelp only one till open and a queue to the door
@brandhelp the staff at your branch were so rude today
@brandhelp your store refused my coupon for no reason
@brandhelp I was told it was in stock, drove 30 miles, it wasn't
@brandhelp you have sold me a car with a faulty gearbox and now you ignore me
@brandhelp recall repair and still no parts after two months
@brandhelp the dealer has had my truck for a month and no news
@brandhelp our TV signal is gone every time it rains
@brandhelp I pay for 100 megabits and get 8
@brandhelp no dial tone since yesterday, please fix it
@brandhelp your network is useless, can't even make a call
@brandhelp you used up all my data while I was asleep
@brandhelp my money was deducted but the airtime never came
@brandhelp is there a problem with the card payments? mine gets declined everywhere
@brandhelp lost connection to the server again, third time tonight
@brandhelp the game update deleted my saved progress
@brandhelp can't connect my controller since the patch
@brandhelp you have put a cap on the plan I pay extra for
@brandhelp how is it legal to charge a fee for closing an account?
@brandhelp I've been trying to cancel for three days
@brandhelp the ads on your app are out of control
@brandhelp your email support takes ten days to answer
@brandhelp so the warranty does not cover the one thing that always breaks
@brandhelp you said 48 hours, it's been 96
@brandhelp nobody told us the pool would be closed
@brandhelp our room smelled of smoke and reception did not care
@brandhelp tickets sold out in one second, yet resellers have thousands
@brandhelp the video keeps buffering, everything else works fine
@brandhelp the episode stops at minute 12 every time
@brandhelp the printer says no ink with a new cartridge in it
@brandhelp missing my confirmation, check in closes in an hour
@brandhelp my daughter's birthday present is late and you can't say where it is
@brandhelp why bother having a chat if nobody is there
@brandhelp your latest ad is offensive, do better
@brandhelp really let down by your service today
@brandhelp thought you were better than this
@brandhelp please stop calling me, I have asked five times
@brandhelp my points have not been credited
@brandhelp I had to buy a new one because your repair took so long
@brandhelp the link in your email does not work
@brandhelp your form does not accept my postcode
@brandhelp please do something about the bots in your game
@brandhelp no stock, no date, no answer
@brandhelp I want to speak to a manager, this has gone on for weeks
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
@brandhelp when does the update reach Canada?
@brandhelp thanks for helping me out so fast
@brandhelp sent
@brandhelp DM'd you the number
@brandhelp just followed you, can you follow back?
@brandhelp it's fixed now, never mind
@brandhelp works great after the restart, thanks
@brandhelp I got the email, thank you
@brandhelp I will try this tonight
@brandhelp it is the black one, model 4
@brandhelp Leeds, LS2
@brandhelp the order number is 55-2210
@brandhelp how long is the return window?
@brandhelp do gift cards expire?
@brandhelp is this deal valid in stores?
@brandhelp any plans to open a shop in Lisbon?
@brandhelp which of the two has the better camera?
@brandhelp can I change the name on the booking?
@brandhelp what is the baggage allowance for an infant?
@brandhelp do I need to print the ticket?
@brandhelp is the app available for my tablet?
@brandhelp how do I turn off notifications?
@brandhelp where do I enter the code?
@brandhelp does it come in blue?
@brandhelp will you have it back before Christmas?
@brandhelp who do I contact about sponsorship?
@brandhelp I would like to return a pair of shoes, what do I need?
@brandhelp can you check if my store has it?
@brandhelp love my new boots
@brandhelp best coffee in town
@brandhelp this jacket is everything
@brandhelp you never disappoint
@brandhelp so happy with my purchase
@brandhelp the driver was so kind, please thank him
@brandhelp great flight, great crew
@brandhelp can we have the old menu back please
@brandhelp please make this in size 14
@brandhelp you should do a vegan version
@brandhelp happy birthday to my favourite brand
@brandhelp congratulations on the award
@brandhelp see you tomorrow at the opening
@brandhelp just got my tickets!
@brandhelp on our way to pick up the new car
@brandhelp new phone day
@brandhelp entered the draw, fingers crossed
@brandhelp hope you have a nice weekend
@brandhelp good luck to everybody at the finals
@brandhelp my cat loves the box more than the shoes
@brandhelp I see. And if I pay by card?
@brandhelp that makes sense, thanks
@brandhelp no problem at all
@brandhelp ok so both would work?
@brandhelp haha that's brilliant
@brandhelp yes the second one please
@brandhelp no rush
@brandhelp is there a difference between the two plans?
@brandhelp can I keep my number if I switch?
@brandhelp are you open on bank holidays?
@brandhelp what year was this made?
@brandhelp is that a limited edition?
@brandhelp can you share the recipe?
@brandhelp where was this picture taken?
@brandhelp do you sell spare parts?
@brandhelp can I pay in two instalments?
@brandhelp looking for somebody from your team for a podcast
@brandhelp my son wants to know how you make them
@brandhelp how many seats does it have?
@brandhelp wearing mine right now
@brandhelp five stars for the lady at the desk
@brandhelp got mine yesterday and it's perfect
@brandhelp what does the orange light mean?
@brandhelp is it safe to update now?
@brandhelp when is the next maintenance?
@brandhelp can I get an invoice for my order?
@brandhelp I need a replacement key, where can I order one?
@brandhelp what are your opening hours in August?
@brandhelp I forgot my user name, how do I find it?
@brandhelp does the gym pass include the pool?
@brandhelp can you recommend a good laptop for school?
@brandhelp first time flying with you, any tips?
@brandhelp thanks, that did the trick
@brandhelp thank you for replying, have a good day
@brandhelp appreciate the quick answer
@brandhelp well played, brand
@brandhelp your new song is stuck in my head
@brandhelp watching the launch live
"""


def messages() -> list[tuple[str, bool]]:
    """Every message, and whether it complains."""
    return [(line, sort is COMPLAINTS) for sort in (COMPLAINTS, OTHERS) for line in sort.strip().split("\n")]
