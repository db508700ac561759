"""What the writer wants, by rules in Spanish and English. Precise rather than broad: a rule that guesses is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.kinds import Intent

READ_CHARS = 2_000


@dataclass(frozen=True)
class Rule:
    """`pattern` is tried on the folded text only when one of the `triggers` (folded words) stands in it: speed, not meaning."""

    intent: Intent
    triggers: str
    pattern: str


_RULES = (
    Rule(
        Intent.QUESTION,
        "alguien sabe saben",
        r"\b(?:alguien|alguno|quien) (?:(?:de|que) \w+ )?(?:sabe|conoce|tiene idea|puede (?:decir|ayudar|explicar)|me (?:dice|ayuda|explica))"
        r"|^\W*(?:@\S+ )*(?:saben|sabeis|sabes|sabe alguien) (?:si|cuando|donde|como|que|por que|cuanto)\b",
    ),
    Rule(
        Intent.QUESTION,
        "como cuando donde cuanto cuanta por cual hay",
        r"^\W*(?:(?:@\S+|hola|oye|oigan|buenas|buenos dias|disculpen?|perdon)[\s,:]+)*"
        r"(?:como (?:puedo|hago|se (?:puede|hace|pide|cancela|activa)|contacto|consigo)|cuando (?:sale|abre|abren|llega|vuelve|estara|podre)"
        r"|donde (?:puedo|esta|estan|compro|consigo|se puede)|cuant[oa]s? (?:cuesta|vale|tarda|sale|dura)|por que (?:no|me|se|nadie|siempre)\b"
        r"|cual es (?:el|la)|hay (?:alguna? (?:forma|manera)|algun))",
    ),
    Rule(
        Intent.QUESTION,
        "how what where when why does anyone can could",
        r"^\W*(?:(?:@\S+|hi|hey|hello|so|sorry|excuse me)[\s,:]+)*"
        r"(?:how (?:do|can|to|long|much|many|does|come)\b|what (?:is|are|time|happened|does)\b|where (?:is|are|can|do)\b|when (?:is|are|will|does|do)\b"
        r"|why (?:is|are|do|does|did|can't|won't|isn't|doesn't)\b|does (?:anyone|anybody)\b|(?:can|could) (?:anyone|someone|anybody|somebody|you) )"
        r"|\b(?:does )?any(?:one|body) (?:else )?(?:know|knows|have|having|tried|can)\b",
    ),
    Rule(
        Intent.COMPLAINT,
        "funciona sirve carga anda llega llegado llego responde responden contesta contestan atiende atienden deja abre",
        r"\b(?:no|ni|nunca|nadie|jamas|sigue sin|siguen sin|sin) (?:me |nos |te |les? |ha |han |se )*(?:funciona|funcionan|sirve|sirven|carga|cargan|anda"
        r"|llega|llegado|llego|responde|responden|contesta|contestan|atiende|atienden|deja (?:entrar|pagar|acceder|iniciar)|abre)\b"
        r"(?! (?:de nada|tarde|hasta))",
    ),
    Rule(
        Intent.COMPLAINT,
        "pesimo pesima peor malisimo mala mal estafa fraude ladrones verguenza reclamo reclamacion queja robo desastre inaceptable harto harta hartos timo asco",
        r"\b(?:pesim[oa]s?|malisim[oa]|mal[oa]?) (?:servicio|atencion|experiencia|calidad|trato|producto|app|aplicacion)"
        r"|\b(?:servicio|atencion|experiencia|trato|app|aplicacion|calidad) (?:(?:es|fue|esta|de lo mas|al cliente|muy|mas) )*(?:pesim[oa]|malisim[oa]|mal[oa]|lamentable|horrible|nefast[oa])\b"
        r"|\b(?:el|la|los|las) peor(?:es)? (?:servicio|atencion|compania|empresa|banco|app|aplicacion|aerolinea|operador\w*|experiencia|tienda|cosa)"
        r"|\bpeor \w+ del? (?:mundo|pais)\b|\b(?:es|son|menuda|vaya|que|una?) (?:un[oa]?s? )?(?:estafa|estafadores|fraude|ladrones|verguenza|robo|desastre|asco|timo)\b"
        r"|\b(?:hago|pongo|puse|presento|presentar|poner|mi|tengo una) (?:un[oa]? )?(?:reclamo|reclamacion|queja)\b|\binaceptable\b"
        r"|\b(?:estoy|estamos|ya) (?:muy |mas que |tan )?hart[oa]s?\b|\bhart[oa]s? de\b",
    ),
    Rule(
        Intent.COMPLAINT,
        "cobraron cobrado cobran cobrando estafaron robaron enganaron averia roto rota danado danada defectuoso reembolso devolucion esperando",
        r"\bme (?:han )?(?:cobr(?:aron|ado|an) (?:de mas|dos veces|doble|el doble|algo)|estafaron|robaron|enganaron|estafado|timado|enganado)\b"
        r"|\b(?:llego|ha llegado|vino|me llego|estaba|esta) (?:todo |completamente )?(?:rot[oa]|danad[oa]|defectuos[oa]|averiad[oa]|vacio|vacia)\b"
        r"|\besperando (?:\w+ ){0,3}(?:reembolso|devolucion|respuesta|pedido|paquete|solucion)\b|\b(?:quiero|exijo|exigimos) (?:\w+ ){0,2}(?:reembolso|devolucion|dinero)\b",
    ),
    Rule(
        Intent.COMPLAINT,
        "worst terrible awful horrible unacceptable ridiculous disgusting scam ripoff rip useless shame joke garbage poor disappointed appalling",
        r"\b(?:worst|terrible|awful|horrible|appalling|disgusting|poor|pathetic|shocking) (?:\w+ ){0,2}(?:service|support|experience|company|app|airline|bank|quality|product|customer|store|delivery|update)\b"
        r"|\b(?:service|support|app|quality|product|delivery|update|site|website) (?:is|was|has been) (?:\w+ ){0,2}(?:terrible|awful|horrible|useless|garbage|appalling|a joke|unacceptable|ridiculous|the worst)\b"
        r"|\bunacceptable\b|\bshame on (?:you|them)\b|\b(?:total|complete|absolute|such a|what a|is a|are a) (?:scam|rip ?-?off|joke|disgrace)\b"
        r"|\b(?:so|very|really|extremely|bitterly) disappointed\b",
    ),
    Rule(
        Intent.COMPLAINT,
        "working work works load loading arrived received response reply answered answers waiting refund charged overcharged crashing crashes broken stopped cancelled hold fix",
        r"\b(?:not|isn't|doesn't|does not|won't|never|hasn't|haven't|still no|still not|stopped|wasn't|aren't|nobody|no one|can't get it to) (?:even |yet |been )?(?:working|work|works|load|loading|arrived|received|answered|answers|replied|responding|delivered|response|reply|refund)\b"
        r"|\b(?:still|been|kept|keep) waiting\b|\bwaiting (?:\w+ ){0,4}(?:refund|response|reply|delivery|order)\b|\b(?:over|double )?charged (?:me )?(?:twice|again|for nothing)\b|\bovercharged\b"
        r"|\b(?:keeps?|kept) (?:crashing|freezing|failing|dropping|buffering)\b|\b(?:arrived|came|is|was) (?:completely |totally )?broken\b|\bon hold for\b|\bfix (?:your|this|the) (?:\w+ )?(?:app|site|website|service|update|bug)\b",
    ),
    Rule(
        Intent.PRAISE,
        "excelente excelentes buenisimo buenisima genial maravilloso maravillosa increible impecable espectacular perfecto encanta encanto encantan encantado encantada mejor recomiendo recomendado recomendada recomendadisimo felicidades felicitaciones enhorabuena gran buen buena fantastico fantastica estupendo",
        r"(?<!no )\bme (?:encanta|encantan|encanto|encantaron|fascina|flipa)\b|\bencantad[oa]s? con\b"
        r"|\b(?:excelentes?|buenisim[oa]s?|impecables?|espectacular|maravillos[oa]s?|fantastic[oa]s?|estupend[oa]s?|gran|buen|buena|genial|increible|perfect[oa]) (?:servicio|atencion|experiencia|trabajo|producto|app|aplicacion|trato|calidad|iniciativa|equipo|detalle|campana)\b"
        r"|\b(?:servicio|atencion|experiencia|trabajo|producto|app|aplicacion|trato|calidad|comida|entrega)(?: al cliente)? (?:(?:es|fue|esta|realmente|muy|super|de) )*(?:excelente|buenisim[oa]|impecable|espectacular|maravillos[oa]|fantastic[oa]|genial|de diez|increible|perfect[oa])\b"
        r"|\b(?:el|la|los|las|lo) mejor(?:es)? (?:servicio|atencion|compania|empresa|banco|app|aplicacion|aerolinea|tienda|marca|experiencia|del mundo|que (?:hay|he|me))"
        r"|(?<!no )\b(?:l[oa]s? |muy |100% |totalmente )recom(?:iendo|endad[oa]|endable)\b|(?<!no )(?<!no l[oa] )\brecomendadisim[oa]\b|\b(?:felicidades|felicitaciones|enhorabuena) (?:a|al|por|@|equipo|chicos)",
    ),
    Rule(
        Intent.PRAISE,
        "love loving loved amazing awesome excellent great best brilliant fantastic perfect impressed recommend kudos props job outstanding",
        r"(?<!not )(?<!n't )\b(?:i|we|really|absolutely|just|so) (?:love|loved|loving) (?:this|it|these|my|your|the|how|you|that)\b|^\W*(?:loving|love) (?:this|it|my|the|your)\b"
        r"|(?<!not )\b(?:amazing|awesome|excellent|great|brilliant|fantastic|perfect|outstanding|incredible|wonderful|best) (?:customer )?(?:service|support|experience|job|work|product|app|team|quality|staff|company|update)\b"
        r"|\b(?:service|support|app|product|team|staff|quality|delivery|update) (?:is|was|were|are) (?:\w+ )?(?:amazing|awesome|excellent|great|brilliant|fantastic|perfect|outstanding|the best)\b"
        r"|\b(?:so|very|really|super) impressed\b|(?<!not )(?<!n't )(?<!never )\b(?:highly|definitely|totally|would|can) recommend\b|\b(?:kudos|props|hats off) to\b|\bbest \w+ ever\b",
    ),
    Rule(
        Intent.WISH,
        "ojala gustaria deberian podrian estaria sugiero sugerencia propongo falta vendria",
        r"\bojala (?!te |os |les? )|\bme gustaria (?:que|ver|poder|tener)\b|\bdeberian? (?:poner|hacer|anadir|agregar|sacar|incluir|permitir|mejorar|bajar|abrir|volver|traer|tener)\b"
        r"|\bpodrian (?:poner|hacer|anadir|agregar|sacar|incluir|permitir|mejorar|bajar|abrir|traer)\b|\bestaria (?:bien|genial|bueno|guay|chido) (?:que|si|poder|tener)\b|\b(?:sugiero|mi sugerencia|una sugerencia|propongo que)\b|\bno vendria mal\b",
    ),
    Rule(
        Intent.WISH,
        "wish hope please would should suggestion suggest needs need add bring",
        r"\b(?:i|we) (?:really |just )?wish (?:you|they|it|there|the|this|my|i could)\b|\b(?:would|it'd) (?:be|love) (?:\w+ )?(?:great|nice|cool|good|awesome|helpful|amazing|to see|to have) ?(?:if|to|when|having|)\b"
        r"|\bplease (?:add|bring|make|include|consider|allow|support|give us|let us|stop|fix|open)\b|\b(?:you|they) (?:guys )?should (?:really )?(?:add|make|bring|include|consider|allow|offer|open|let|have)\b"
        r"|\b(?:my|a|one) suggestion\b|\bi(?:'d)? (?:would )?suggest\b|\bneeds? to (?:add|bring back|include|support|allow)\b|\bbring back the\b",
    ),
    Rule(
        Intent.SWITCH,
        "cambio cambiar cambie cambiarme paso pasarme baja cancelar cancelo cancele portabilidad dejo dejar adios voy marcho",
        r"\bme (?:cambio|cambie|paso|pase|voy|marcho|largo) (?:a|de|con|para) (?:otr[oa]|la competencia|@|#|vosotros|ustedes|esta|compania|empresa|banco)|\b(?:voy a|quiero|pienso|toca|mejor|vamos a) (?:cambiarme|pasarme|cambiar|cancelar|darme de baja|dar de baja|dejar)\b"
        r"|\bme (?:doy|di|he dado) de baja\b|\bdarme de baja\b|\b(?:cancelo|cancele|he cancelado|cancelare) (?:mi|la|el) (?:suscripcion|cuenta|contrato|servicio|linea|tarjeta)\b|\b(?:hago|pido|pedi|solicito|inicio) (?:la )?portabilidad\b"
        r"|\bcambi(?:o|ar|are|e|arme) de (?:compania|operador\w*|banco|proveedor|empresa|aerolinea)\b",
    ),
    Rule(
        Intent.SWITCH,
        "switch switching switched cancel canceling cancelling cancelled canceled leaving moving unsubscribed goodbye ditching",
        r"\b(?:i'm|im|i am|we're|we are|will be|time to|going to|gonna|thinking of|thinking about|i'll|definitely|have|just|i|we|about to) (?:switch|switching|switched|moving|ditching) (?:to|from|over|banks|providers|carriers|back)\b"
        r"|\b(?:cancel|cancell?ing|cancell?ed) (?:my|our) (?:\w+ )?(?:account|subscription|contract|membership|service|card|order and|plan|policy)\b|\b(?:i'm|im|i am|we are|we're) leaving (?:you|@|for|them)\b|\btaking my (?:business|money) elsewhere\b|\bunsubscribed\b",
    ),
    Rule(
        Intent.CALL_TO_ACTION,
        "boicot boicotear boicoteo compren compreis comprar firma firmad firmen difundan difunde difundir comparte compartan rt retuitea denuncien denunciad unete",
        r"\bboicot(?:ear|eo|eemos|een|eamos)?\b(?! (?:fracas|termin))|\bno (?:les |le )?(?:compr(?:en|eis|es)|contrat(?:en|eis)|consuman|usen|vayan)\b|\bdej(?:en|ad|emos) de (?:comprar|usar|consumir)\b"
        r"|\bfirm(?:a|ad|en|emos) (?:la |esta |y )?(?:peticion|difund\w+|compart\w+)\b|\b(?:difundan|difundid|haced rt|hagan rt|rt por favor|rt masivo|maxima difusion|comparte si|compartan|denuncien|denunciad)\b|\bunete a\b",
    ),
    Rule(
        Intent.CALL_TO_ACTION,
        "boycott boycotting sign retweet rt share join spread stop buy protest",
        r"\bboycott(?:ing)?\b|\bsign (?:the|this|our) petition\b|\b(?:please|pls|plz) (?:rt|retweet|share|sign|spread|repost)\b|\b(?:rt|retweet|share) (?:if|this|to|widely|please|pls)\b|\bspread the word\b|\bjoin (?:us|the (?:boycott|protest|strike|march))\b"
        r"|\b(?:do not|don't|dont|stop|never|nobody should|no one should) (?:buy|buying|shop|support|supporting|using|use|fly|flying) (?:from |with |at |anything |their |these |this |them )",
    ),
    Rule(
        Intent.THANKS,
        "gracias agradezco agradecer agradecido agradecida agradecidos thanks thank thx ty cheers appreciate grateful",
        r"(?<!no )(?<!ni las )\bgracias\b(?! a (?:ustedes|vosotros|ellos|su|vuestr\w+) (?:me|no|perdi|he perdido))|\b(?:l[oe]s? |te |muy )?agradec(?:ezco|ido|ida|idos)\b|\bagradezco\b"
        r"|(?<!no )\bthanks\b(?! to (?:you|your|them) (?:i|we|my))|\bthank (?:you|u)\b|\b(?:thx|ty)\b|\b(?:really |so |much )appreciated?\b|\bso grateful\b",
    ),
    Rule(
        Intent.APOLOGY,
        "perdon disculpa disculpas disculpen disculpe lamento lamentamos siento sentimos sorry apologies apologise apologize apologising apology",
        r"\b(?:pido|pedimos|ofrecemos|presentamos|nuestras|mis|mil) (?:\w+ )?(?:disculpas|perdon)\b|\b(?:lamento|lamentamos|sentimos) (?:mucho |profundamente )?(?:l[oa]s?|el|que|las molestias|los inconvenientes)\b"
        r"|\b(?:lo )?(?:siento|sentimos) (?:mucho|muchisimo|por)\b|\blo siento\b|\bdisculp(?:a|en|e|ad) (?:la|las|el|los|por)\b|\bperdon por\b"
        r"|\b(?:i'm|im|i am|we're|we are|so|very|really|sincerely|my) (?:so |very |really |truly |terribly )?(?:sorry|apologies)\b(?! excuse)(?! to hear that you)|\b(?:our|my|sincere|many) apologies\b|\b(?:i|we) (?:sincerely |deeply |do )?apologi[sz]e\b|\bsorry (?:for|about)\b",
    ),
)

_ORDER = {intent: position for position, intent in enumerate(Intent)}
_COMPILED = [(rule.intent, re.compile(rule.pattern)) for rule in _RULES]
_TRIGGERED: dict[str, list[int]] = {}
for _number, _rule in enumerate(_RULES):
    for _trigger in _rule.triggers.split():
        _TRIGGERED.setdefault(_trigger, []).append(_number)
_SARCASTIC_THANKS = re.compile(r"\b(?:thanks|thank you|gracias) (?:for nothing|por nada)\b")


def intents_in(folded: str, tokens: Sequence[str]) -> list[Intent]:
    """Every intent that holds, in the contract's order. `tokens` are the raw tokens of the folded text."""
    words = set(tokens)
    found: set[Intent] = set()
    if any("?" in token for token in words if token[0] in "?!¿¡"):
        found.add(Intent.QUESTION)
    rules = {number for word in _TRIGGERED.keys() & words for number in _TRIGGERED[word]}
    if rules:
        read = folded[:READ_CHARS]
        for number in rules:
            intent, pattern = _COMPILED[number]
            if intent not in found and pattern.search(read):
                found.add(intent)
        if Intent.THANKS in found and _SARCASTIC_THANKS.search(read):
            found.discard(Intent.THANKS)
            found.add(Intent.COMPLAINT)
    return sorted(found, key=_ORDER.__getitem__)
