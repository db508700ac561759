"""What is judged, in English: an aspect by name; with `+` or `-`, phrases that name it and judge it at once."""

ASPECTS = {
    "price": """
        price | prices | pricing | cost | costs | fee | fees | rate | rates | tariff | tariffs | subscription | membership | discount | discounts | deal | sale prices | markup | apr | apy | interest rate | bucks | a month | per month | standing charge | unit rate | premium | plan at | quid | surcharge
    """,
    "price+": """
        cheap | cheaper | cheapest | affordable | inexpensive | bargain | a steal | good value | great value | value for money | worth (every penny/every cent/the money/the price) | half (the price/what i was paying) | costs half | no fees | zero fees | no monthly fee | saved me | saves me | fair price | price is fair | reasonabl(e/y) priced | didn't charge | lifetime free | on sale for | unbeatable | sale prices are legit | bill (dropped/halved/went down)
        (paying/paid/pay) (half/less/a third) | cheapest | price (dropped/cut/drop) | half price | great price | good price | decent price | best price | well priced | bang for (your/the) buck
    """,
    "price-": """
        expensive | overpriced | pricey | extortionate | costs a fortune | rip off | ripoff | price (hike/increase/rise/went up) | prices (up/went up/going up) | put (the/their) prices up | going up again | up again | too much for | not worth the (money/price) | daylight robbery | dear | for a bag of | standing charge (up/went up)
        (costs/cost) (more/double/twice/a bomb/an arm) | (paying/paid) (more/double/over the odds/through the nose) | (price/cost) of (living/electric/gas/a pint) | paying extra | pay extra | another (increase/rise/hike) | gone up (again/by/to)
    """,
    "billing": """
        bill | bills | billing | invoice | invoices | charge | charges | direct debit | statement | payment | auto-renewal | autorenewal | renewal | meter reading | estimated reading
    """,
    "billing-": """
        overcharged | double charged | double billed | charged (me/us/twice/again/for/my) | billed (me/us/twice/for) | debited twice | kept charging | still charging | hidden (fee/fees/charge/charges) | network recovery | facility fee | destination fee | surprise bill | wrong bill | estimated bill | bill (was/is/of/for) (wrong/double/triple/£/$/€) | took (the/a) payment | unauthorised | unauthorized | auto-renewed | back-billed
        (bill/bills) (doubled/tripled/jumped/shot up/went up/for £/of £/for $) | (wrong/incorrect/final/shock/massive/huge) bill | (estimated/wrong) (reading/readings) | direct debit (went up/doubled/increased/raised) | in credit and | won't refund my credit | payment taken
    """,
    "billing+": """
        refunded me | bill is (clear/always right) | no surprises | credited (my/the) account | zero dollars
    """,
    "staff": """
        staff | employee | employees | the manager | manager | cashier | barista | baristas | waiter | waitress | server | bartender | driver | drivers | rider | riders | courier | technician | technicians | engineer | installer | installers | electrician | agent | agents | rep | reps | sales rep | adviser | advisor | representative | receptionist | front desk | night porter | porter | doctor | nurse | nurses | consultant | hygienist | dentist | guy (at/in/on/from/who) | lad (on/at/in/who) | lads (on/at/in) | lady (at/in/on/who/behind) | woman (at/on/in/behind) | bloke (at/who/called/on) | girl (at/on/in) | kid behind | person (at/on) the | the team (at/in/there) | the crew | crew | sales associate | housekeeping | uncle | bhaiya | meter reader | the fella
    """,
    "staff+": """
        (so/very/really/super/incredibly/extremely) (helpful/friendly/kind/polite/patient/lovely/nice) | (helpful/friendly/lovely/kind/polite/patient/attentive/brilliant/amazing/great/wonderful) (staff/team/people/lad/lads/lady/guy/woman/driver/agent/service/crew/barista) | went (out of */above and beyond) | couldn't do enough | deserves a (pay rise/raise/medal/promotion) | knew my name | thank you to (the/everyone) | legends | absolute legends | walked me through | stayed on the (line/phone)
        (crew/driver/engineer/technician/mechanic/team/agent/staff/barista/server/waiter) (was/were) (so /very /really /absolutely /super /)(lovely/great/brilliant/amazing/fantastic/helpful/friendly/kind/patient/sound/polite/excellent) | sound (lad/lads/fella) | (took/taking) the time to | couldn't have been (nicer/kinder/more helpful) | top (lad/bloke/man/woman)
    """,
    "staff-": """
        rude | rudest | unhelpful | unprofessional | incompetent* | clueless | arrogant | condescending | patronising | patronizing | dismissive | shrugged | hung up on | rolled (his/her/their) eyes | couldn't care less | attitude | laughed at me | didn't even look
    """,
    "service": """
        service | customer service | customer support | support | helpline | help desk | helpdesk | coverage | signal | internet | broadband | the line | power | outage | installation | onboarding | booking | appointment | appointments | check in | check-in | queue | warranty | repair | repairs | maintenance | claim | claims | switch over | reconnection | call centre | call center
        flight | flights | luggage | baggage | boarding | gate | dealership | garage | dealer | servicing | meter | smart meter | reconnect* | loyalty programme | call out
    """,
    "service+": """
        (great/excellent/amazing/brilliant/fantastic/good/top) (service/customer service/support) | sorted (it/in/me/us/everything/within/out) | fixed (it/in/within/the same) | (answered/picked up/replied/responded) (in/within/on the/straight/before/immediately) | power (was /)back (on /)(in/within/before) | no outages | never (had an outage/gone down) | no-questions | painless | hats off | resolved (in/within/my)
    """,
    "service-": """
        (terrible/awful/poor/appalling/shocking/bad/worst/horrible) (service/customer service/support) | (no/zero) (service/signal/internet/power/support/coverage/broadband/hot water/heating) | on hold | outage | outages | power cut | power cuts | blackout | power (is/went/has been/'s been) out | line (is/was/went/still) (dead/down) | drops every | (missed/cancelled/canceled/rescheduled) (the /my /our /)(appointment/appointments/visit/engineer) | didn't (show/turn up/show up) | no show | passed (around/from pillar) | transferred (me/four/three/five/twice) | waiting (room/for an engineer) | ticket (raised/closed/open) | hours on (hold/the phone) | minutes on (hold/the phone)
        (flight/flights) (cancelled/canceled/delayed/overbooked/diverted) | (cancelled/delayed/rebooked/bumped) (my/our/the) flight | (lost/losing) (my/our) (bag/bags/luggage/baggage/suitcase) | (hours/days/weeks) without (power/gas/water/electricity/heating/internet/hot water/a car) | (still/been) (no/without) (power/electricity/gas/water/heating) | back in the (garage/shop) | (third/second/fourth) visit | off supply
    """,
    "communication": """
        communication | email | emails | text updates | letter | letters | notification | notifications | newsletter | status page | documentation | instructions | announcement | chatbot | the chat | marketing | label says | advert | ads | billboard
    """,
    "communication-": """
        (no/zero/not a single) (reply/response/answer/callback/email/explanation/notice/apology/update/communication/word/warning) | never (replied/responded/answered/called back/told us/heard back) | nobody (told/answers/rang/called/replied/explained/knows) | no one (told/answers/rang/called/replied/explained/knows/picking) | (didn't/don't/won't/doesn't/hasn't/haven't) (reply/respond/answer/even reply/tell/told us/explain/call back) | ignored | ignoring | ghosted | without (notice/warning/telling/asking/explanation) | misleading | false advertising | lied | (copy/copied) (and /)paste | scripted | fine print | small print | chatbot | a bot | automated (reply/response/message) | spam me | spamming | four emails | phone line | booking line | run around | runaround | small print
        (no/zero) (information/info/updates/explanation/communication) | (kept/left) in the dark | (generic/canned/template/copy-paste) (reply/replies/response/responses/answer/answers) | (told/telling) (me/us) (something different/different things/nothing/lies) | contradict* | (radio/total/complete) silence | silence from | fobbed off
    """,
    "communication+": """
        kept (me/us) (informed/updated/posted) | text updates | clear (instructions/explanation/communication) | explained (everything/it/the) | let (me/us) know (in advance/before/when) | told us (in advance/beforehand) | honest about | upfront about | transparent
    """,
    "app": """
        app | apps | the app | mobile app | esim | widget | in-app | push notification
    """,
    "website": """
        website | web site | the site | portal | web page | webpage | online form | checkout | checkout page | calculator | size filter | login page | cart
    """,
    "delivery": """
        delivery | deliveries | shipping | shipment | parcel | package | dispatch | courier | the order | my order | order arrived | tracking
    """,
    "delivery+": """
        (arrived/came/delivered/turned up/here) (early/on time/quickly/fast/next day/same day/in/within/the next/before/well packed/hot) | (fast/quick/speedy/prompt/free/next day/same day) (delivery/shipping) | delivery is (next day/fast/quick/great) | on time | lid still on
    """,
    "delivery-": """
        (arrived/came/delivered/turned up) (late/cold/broken/damaged/wrong/open/empty/smashed/warm/soggy/leaking/a week/two/three/without) | (late/slow/missed/missing/failed) (delivery/deliveries/parcel/order/shipping) | (never/not/hasn't/still not/still hasn't) (arrived/been delivered/shipped/turned up/showed/come) | still waiting (for/on) (my /the /)(order/parcel/delivery/package) | wrong (address/house/number/order) | left it (on/in/at/outside) | marked (as /)delivered | lost (my/the/our) (parcel/package/order) | over (the/a) fence | crushed cans | smashed bottles
    """,
    "quality": """
        quality | fabric | material | materials | stitching | leather | sole | zipper | zip | build | colour | color | battery | screen | mattress | product | products | boots | the export | feature | features | update | ingredients | bottle | can | cap | lid | packaging
        recipe | formula | bodywork | paintwork | interior | build quality | beans | cork | straw | ring pull | upholstery
    """,
    "quality+": """
        (good/great/excellent/high/top/amazing/superb) quality | well made | built to last | sturdy | durable | held up | still going strong | holds up | lasts (for ever/forever/ages/years) | lasted (years/ages/me) | (two/three/four/five/six/eight/ten) (winters/years) (on/and/of) | good as new | no pilling | survived | fits perfectly | works (great/perfectly/beautifully)
        rock solid | well (built/finished/put together/stitched) | never had a (problem/fault/breakdown) | not a single (fault/problem/rattle) | built like a tank
    """,
    "quality-": """
        (poor/bad/terrible/awful/low/shoddy/cheap) quality | cheaply made | flimsy | fell apart | falls apart | falling apart | broke (after/within/on/in) | came off | peeling | bobbled | bobbling | pilling | shrunk | shrank | faded | rusted | cracked | ripped | torn | defective | faulty | leaks | leaking | leaked | blew (out/a) | (changed/new) (recipe/formula) | smaller (bottle/can/bag/pack)* | shrinkflation | watered down | flat | mould | mold | raw chicken | undercooked | hair in | quality (has /)(gone/dropped/went) | exploded
    """,
    "returns": """
        refund | refunds | return | returns | exchange | store credit | restocking fee | warranty | return policy | money back
    """,
    "returns-": """
        (no/refused/denied/still no/waiting for a/waiting for my/want my/where's my/won't) refund | refused (to refund/the return/a refund) | won't (refund/accept the return/take it back/exchange) | (store credit/voucher) (instead/for) | restocking fee | return fee | return(s/) (label/pickup/policy) (is/required/rescheduled/costs) | warranty (claim/denied/void/wouldn't) | a £1.50 | can't return | money back
    """,
    "returns+": """
        (easy/quick/painless/free/no-questions/hassle free) (return/returns/refund/exchange/swap) | refunded (the whole/in full/immediately/straight/same/us/me) | full refund | replaced (it/them) (free/for free/without/straight/no questions) | gave (me/us) (a/the) refund | resoled | mended
    """,
    "availability": """
        stock | in stock | availability | opening hours | sizes | size range | coverage map | waiting list | slots | waitlist | locations | branches | selection
    """,
    "availability-": """
        out of stock | sold out | unavailable | never in stock | can't find (it/them/any/the) | nowhere to be found | discontinued | stopped (making/selling/stocking) | not available | no (appointments/slots/availability/stock/atm/parking) | closed (early/again/the) | only in (london/cities/the)
        (can't/cannot/couldn't) (find/get) (it/them/any/one) (anywhere/in) | (never/rarely) in (stock/the shops) | (disappeared/vanished/gone) from (the /)shelves | why did you (stop/discontinue) | no longer (available/sold/made/stocked)
    """,
    "availability+": """
        always in stock | great selection | good selection | open (late/24) | plenty of | finally in (stock/my) | back in stock
    """,
    "design": """
        design | look | looks | style | colour scheme | interface | layout | redesign | logo | packaging | label | lid | cap | can design | pockets | inseam | stitching | view | views | decor | font
    """,
    "design+": """
        gorgeous | beautiful* | stunning | stylish | love the (look/design/colour/color/new look/label/can) | looks (great/amazing/gorgeous/beautiful/lovely/fantastic) | sleek | well designed | the pockets | has pockets | pretty
    """,
    "design-": """
        ugly | hideous | badly designed | poorly designed | looks (cheap/awful/terrible/like it was built/like a) | impossible to open | can't open (the/it) | redesigned the | moved the ~ button | beige again | whoever designed
    """,
    "safety": """
        safety | security | privacy | data breach | breach | my data | password | 2fa | lock | gas leak | wiring | cable | meter box | allergen | allergy | recall
    """,
    "safety-": """
        (data /)breach | hacked | gas leak | smell of gas | smelled gas | exposed (wire/wires/wiring/cable) | sparks | sparking | caught fire | on fire | burnt my | electric shock | shock off | unsafe | dangerous | hazard | someone else's (room/payslips/account/data/name) | froze my account | fraud on | cloned | allerg* | glass in | wrong strength | leaked my | emailed my whole | recalled | stalk* | followed me
        (caught/went on) fire | smoke coming | smell of burning | brakes failed | airbag | batch recall | glass in (the/my) | mould in | exploded in | carbon monoxide
    """,
    "performance": """
        speed | speeds | performance | latency | mbps | laptop | battery life | indexing | load time | fps | heat pump | panels | inverter | boiler | heating
        engine | acceleration | brakes | mpg | range | charging speed | fuel economy | gearbox | suspension | solar panels | steering
    """,
    "performance+": """
        (super/so/really/savage/very/blazing/lightning) fast | runs (great/smoothly/like a dream) | solid (speeds/100/connection) | evening speeds (*)| no lag | no buffering | never missed | steady 500 | snappy | runs on a
    """,
    "performance-": """
        (so/very/really/too/painfully/super) slow | slow | sluggish | laggy | lag | lags | buffering | (keeps/kept) (crashing/freezing/dropping/buffering/tripping) | crashes | freezes | is down | went down | 18 mbps | drops (out/every/in) | jumps from | noisy | rattles | tripped | low pressure | voltage
    """,
    "taste": """
        taste | tastes | tasted | flavour | flavours | flavor | flavors | food | coffee | beer | lager | ale | stout | tea | juice | soda | kombucha | cider | wine | drink | burger | pizza | curry | noodles | breakfast | brunch | soup | bread | cake | fizz | bitterness | aftertaste | brew | latte | espresso | beans | roast | seltzer | lemonade | chai
    """,
    "taste+": """
        delicious | tasty | yummy | yum | scrumptious | mouth watering | (tastes/tasted/taste) (great/amazing/like heaven/lovely/good/incredible/so good/better/like) | refreshing | crisp | smooth | best (coffee/beer/cup/pint/burger/pizza/tea/kombucha/cider/lager/thing i've) | flavourful | flavorful | to die for | perfectly (brewed/balanced/cooked) | addictive | hooked | so good | not too sweet
        (tastes/tasted) (exactly/unreal/class/divine/fresh/clean/the best) | love the (taste/flavour/flavor) | (smooth/crisp/bold/balanced/creamy) (and/finish/taste/flavour/flavor/pint) | hits the spot | so refreshing | proper (coffee/pint/tea/brew) | best (brew/pint/roast/latte) | lush | moreish
    """,
    "taste-": """
        (tastes/tasted/taste) (like */awful/bad/weird/off/terrible/of/metallic/horrible/funny/burnt/watery/nothing) | tasteless | bland | flat | watery | too sweet | sickly | burnt | bitter aftertaste | undrinkable | inedible | stale | soggy | cold food | dishwater | cough (syrup/medicine) | gross | chemical*
        (too/so/way too) (sweet/bitter/sour/salty/watery/fizzy/weak/strong) | (lost/changed) (its/the) (taste/flavour/flavor/fizz) | tastes nothing like | no (flavour/flavor/fizz/taste) | flat as | sugar bomb | artificial (taste/sweetener) | off taste | swill
    """,
    "comfort": """
        comfort | bed | beds | pillow | pillows | mattress | seat | seats | chair | noise | radiator | blanket | shoes | fit
        legroom | seat pitch | recline | cabin | ride quality | boot space
    """,
    "comfort+": """
        comfy | comfortable | cosy | cozy | so soft | doesn't (itch/dig/pinch/rub) | slept (like/well/so) | quiet room | warm and
    """,
    "comfort-": """
        uncomfortable | itchy | couldn't sleep | noisy | cramped | lumpy | rock hard | paper thin walls | pinches | rubs | freezing room | a dip in | blisters | lost a toenail
    """,
    "cleanliness": """
        cleanliness | bathroom | bathrooms | toilet | toilets | sheets | bedsheet | hygiene | smell
    """,
    "cleanliness+": """
        spotless | immaculate | (so/very/super/really/always) clean | clean
    """,
    "cleanliness-": """
        dirty | filthy | stained | stains | mouldy | moldy | damp smell | smelly | stinks | stank | cockroach* | bed bugs | bedbugs | feral | grubby | sticky | hair in the
    """,
    "sustainability": """
        sustainab* | recycled | recycling | recyclable | carbon | plastic bags | packaging waste | compostable | refill | refillable | refills | reusable | renewable | renewables | green energy | green tariff | deposit return | eco friendly
    """,
    "sustainability-": """
        greenwash* | (so much/eleven/layers of/more) plastic | plastic (bags/wrap/wrapped) | landfill | conscious edit | six pack rings
    """,
    "sustainability+": """
        plastic free | no plastic | refillable | refill (station/scheme) | reusable containers | repair counter | genuinely green | actually recycl*
    """,
    "ethics": """
        ethics | ethical | union | workers | wages | exploitation | discrimination | racist | racism | sexist | lobbying | tax avoidance | vulnerable customers
    """,
    "ethics-": """
        exploit* | underpaid | (pays/pay/paying) (them/their/the) ~ (nothing/pennies/minimum/peanuts) | fired (workers/staff/her/him) | union busting | racist | racial profiling | sexist | discriminat* | bonuses for (the ceo/executives) | record profits | profiteering | forced (prepay/prepayment) | cut off (pensioners/vulnerable/a) | sewage | stole (the/her/his/a) (design/photo/artwork/recipe)
    """,
}
