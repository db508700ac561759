"""Spanish words and their feeling, written for this project (CC BY 4.0), and the forms that they take.

1,839 tweets teach a model few words; people use thousands. Training counts how many words of a text stand on each side, learns
what such a word weighs, and adds that weight to every word listed here, so that scoring knows nothing of lists.
Written as `text.fold` leaves words: lower case, no accents, n for ñ.
"""

from __future__ import annotations

from collections.abc import Iterator

ADJECTIVES_POSITIVE = """
bueno buenisimo bello bellisimo bonito bonitisimo hermoso hermosisimo precioso lindo lindisimo guapo guapisimo majo simpatico divertido divertidisimo
gracioso graciosisimo maravilloso fantastico estupendo magnifico extraordinario esplendido soberbio exquisito delicioso rico riquisimo sabroso perfecto
genialisimo contento contentisimo encantado ilusionado emocionado entusiasmado orgulloso afortunado agradecido satisfecho tranquilo relajado descansado
enamorado querido queridisimo adorado amado admirado carinoso tierno dulce generoso sincero honesto honrado listo inteligentisimo sabio valioso valiosisimo
unico autentico bendito bendecido sano animado alegrado animoso exitoso premiado ganado logrado conseguido recuperado curado mejorado comodo comodisimo
fresquito calentito suavecito limpio limpisimo cuidado rapido rapidisimo barato baratisimo economico practico sencillo util utilisimo efectivo
acertado merecido merecidisimo recomendado recomendadisimo favorito chulo chulisimo molon majisimo ameno entretenido interesantisimo epico mitico legendario
padrisimo chido bacano bacan barbaro buenazo copado piola lindote ricote tremendo apasionado apasionadisimo esperanzado sonado deseado esperado bienvenido
positivo optimista luminoso colorido magico soleado celebrado homenajeado aplaudido respetuoso educado atento amabilisimo solidario comprometido
cercano honradisimo valeroso valiente heroico grandioso glorioso victorioso invicto campeon preparado talentoso fenomenal brutalisimo guapetón monisimo mono
"""
ADJECTIVES_NEGATIVE = """
malo malisimo pesimo feo feisimo horroroso asqueroso repugnante espantoso desastroso penoso lamentable vergonzoso bochornoso ridiculo patetico absurdo
tonto estupido idiotizado imbecil cretino gilipollas subnormal retrasado inepto incompetente inutil vago mentiroso falso hipocrita ladron corrupto chorizo
sinverguenza estafador tramposo traidor cobarde egoista prepotente arrogante maleducado grosero borde antipatico odioso detestable insoportable pesado
pesadisimo cansado cansadisimo agotado hecho_polvo harto hartisimo aburrido aburridisimo triste tristisimo deprimido desanimado desilusionado decepcionado
frustrado agobiado estresado nervioso preocupado preocupadisimo asustado aterrado angustiado ansioso amargado enfadado enojado cabreado cabreadisimo mosqueado
molesto furioso indignado indignadisimo dolido herido lesionado enfermo malito jodido fastidiado destrozado hundido derrotado perdido fracasado arruinado
muerto muertito solo solito abandonado ignorado olvidado rechazado despedido parado roto danado estropeado averiado defectuoso podrido sucio sucisimo apestoso
caro carisimo lento lentisimo tardio retrasadisimo cancelado suspendido caido bloqueado vacio incomodo peligroso peligrosisimo grave gravisimo
injusto injustisimo ilegal vergonzante abusivo excesivo insuficiente escaso mediocre cutre chapucero chungo chunguisimo nefasto funesto tragico dramatico
dolorido doloroso insensato irresponsable impresentable indeseable indigno miserable maldito puto jodidisimo asquerosisimo negativo pesimista
violento agresivo cruel salvaje bruto bestia machista racista fascista facha homofobo terrorista asesino manipulador manipulado enganado timado estafado
robado humillado ofendido insultado amenazado acosado maltratado golpeado detenido condenado imputado sospechoso confundido loco arrepentido avergonzado
insomne sonoliento resfriado constipado griposo mareado congelado achicharrado sudado helado quemado rayado chafado culero pinche gacho naco trucho choto
berreta garca fome penca flaite sapo
"""
VERBS_POSITIVE = """
encant-ar am-ar ador-ar disfrut-ar alegr-ar felicit-ar recomend-ar mejor-ar gan-ar logr-ar triunf-ar celebr-ar festej-ar agradec-er admir-ar abraz-ar bes-ar
mim-ar cuid-ar anim-ar emocion-ar ilusion-ar enamor-ar fascin-ar flip-ar mol-ar gust-ar sonri- re-ir ayud-ar apoy-ar salv-ar aplaud-ir premi-ar merec-er acert-ar
aprob-ar conquist-ar brill-ar descans-ar relaj-ar apasion-ar petar-lo molar-ia extran-ar
"""
VERBS_NEGATIVE = """
odi-ar detest-ar aborrec-er aburr-ir cans-ar agot-ar agobi-ar estres-ar fastidi-ar molest-ar jod-er cabre-ar enfad-ar enoj-ar indign-ar irrit-ar decepcion-ar
defraud-ar desilusion-ar llor-ar sufr-ir duel- dol-er lament-ar preocup-ar asust-ar temer- fall-ar falt-ar fracas-ar perd-er pierd- romp-er estrope-ar averi-ar
destroz-ar arruin-ar robar- rob-ar estaf-ar tim-ar engan-ar ment-ir mient- insult-ar humill-ar ofend-er amenaz-ar peg-ar golpe-ar maltrat-ar acos-ar mat-ar
asesin-ar mor-ir muer- suspend-er cancel-ar retras-ar rechaz-ar despid- desped-ir protest-ar quej-ar critic-ar denunci-ar odi-ar despreci-ar empeor-ar hund-ir
enferm-ar sangr-ar vomit-ar apest-ar incumpl-ir abus-ar discrimin-ar manipul-ar ignor-ar abandon-ar bloque-ar arrepent-ir avergonz-ar averguenz- asque-ar
"""
WORDS_POSITIVE = """
bien genial feliz felices felicidad increible increibles espectacular espectaculares excelente excelentes ideal brutal crack cracks fenomeno grande grandes enorme
mejor mejores gracias felicidades enhorabuena bravo ole viva vivan exito exitos triunfo triunfos victoria victorias premio premios regalo regalos sorpresa
alegria alegrias ilusion ilusiones amor amores carino carinito amigo amigos amiga amigas amistad besos beso besitos abrazo abrazos abrazote guay mola molan
molaria chachi bonita belleza preciosidad maravilla maravillas pasada gozada placer gusto orgullo honor suerte fortuna bendicion bendiciones esperanza sueno suenos
sonrisa sonrisas risa risas fiesta fiestas fiestuki vacaciones finde descanso paz calma salud animo animos fuerza vamos vamooos yuju yupi wii wiii bieen toma
campeones campeon oro exitazo planazo temazo pedazo joya lujo diez notable sobresaliente matricula ganas cumple cumpleanos aniversario boda delicia rico
recomiendo encantan encanta enamoras amo adoro disfrutad disfruten disfruta cuidate suerte sonreir jaja jajaj jejeje jiji juju jajajaj favor amable amables
interesante interesantes agradable agradables inteligente inteligentes emocionante emocionantes impresionante impresionantes sensacional sensacionales
inolvidable inolvidables adorable adorables elegante eficaz eficiente fiel leal valiente noble gratis oferta chulada chuladas cuquisimo cuqui monada cucada
mañana pronto besazo muak muac guapi reina rey preciosa cielo corazon princesa bombon artista artistas artistazo maestro maestra bonitas bellezas
dias_buenos excelencia acierto aciertos logro logros apoyo solidaridad respeto libertad justicia verdad
"""
WORDS_NEGATIVE = """
mal peor peores fatal horrible horribles terrible terribles desastre desastres asco ascazo verguenza verguenzas pena penas lastima dolor dolores llanto lagrimas lagrima
tristeza miedo panico terror angustia ansiedad depresion estres agobio sueno_malo cansancio pereza perezon aburrimiento soledad odio rabia ira furia enfado
cabreo bronca pelea peleas guerra muerte muertes muertos victimas asesinato asesinatos atentado atentados accidente accidentes tragedia drama dramas crisis
paro recortes corrupcion fraude fraudes estafa estafas robo robos mentira mentiras engano trampa trampas timo timos abuso abusos injusticia injusticias
violencia maltrato acoso insulto insultos amenaza amenazas odios problema problemas error errores fallo fallos averia averias queja quejas reclamacion
retraso retrasos culpa culpable culpables fracaso fracasos derrota derrotas perdida perdidas lesion lesiones enfermedad cancer fiebre gripe resaca
basura mierda mierdas mierdon caca puta putas putos puto joder jodete coño cono hostia cojones cabron cabrones hijoputa hijosdeputa gilipollas gilipollez
gilipolleces tonteria tonterias chorrada chorradas imbecil imbeciles idiota idiotas inutil inutiles payaso payasos payasa ridiculez ridiculo patetico
nada nadie nunca jamas tampoco sin imposible imposibles lamentable lamentables deplorable inaceptable intolerable insufrible insoportable insoportables
vergonzosa bochorno escandalo escandalos ladrones chorizos mafia mafiosos sinverguenzas hipocresia hipocritas fachas dictadura golpistas
examenes examen madrugar lunes atasco atascos lluvia calor frio insomnio ojeras apagon corte cortes multa multas deuda deudas desgracia desgracias
odiosa uff uf buf puf pff pfff pfffff grr grrr grrrr argh puaj bah meh ay ains ainss jo joe jope jolin lloros lloro muero muerome duele duelen dolia
echo echar triste tristes tristona hambre sed nervios nauseas asqueo repelus yuyu malditos maldita putada putadon faena marron chasco chapuza disgusto
disgustos decepcion decepciones vomito contaminacion denuncia huelga despidos recorte carisima excusas excusa lamento perdon_mal cansina cansino cansinos
"""

_AR = "ar o as a amos ais an e aste aron aba abas aban ando ado ada ados adas are ara aran aria arian en es ame arme arte arlo arla arse arnos"
_ER = "er o es e emos eis en i iste io ieron ia ias ian iendo ido ida idos idas ere era eran eria erian a an as erme erte erlo erse"
_IR = "ir o es e imos is en i iste io ieron ia ias ian iendo ido ida idos idas ire ira iran iria irian a an as irme irte irlo irse"
_CHANGED = "o e es en a as an o"
_ENDINGS = {"ar": _AR.split(), "er": _ER.split(), "ir": _IR.split(), "": _CHANGED.split()}


def forms(adjectives: str, verbs: str, words: str) -> Iterator[str]:
    """Every form of the words of one side."""
    yield from (word for word in words.split() if "_" not in word)
    for word in adjectives.split():
        stem = word[:-1] if word[-1] in "oa" else word
        yield from (stem + ending for ending in (("o", "a", "os", "as") if word[-1] == "o" else ("", "s", "es")))
        if word[-1] == "a":
            yield from (word, word + "s")
    for verb in verbs.split():
        stem, _, ending = verb.partition("-")
        yield from (stem + one for one in _ENDINGS.get(ending, _CHANGED.split()))


def sides() -> tuple[frozenset[str], frozenset[str]]:
    """All negative and all positive words. A word listed on both sides is on neither."""
    negative = frozenset(forms(ADJECTIVES_NEGATIVE, VERBS_NEGATIVE, WORDS_NEGATIVE))
    positive = frozenset(forms(ADJECTIVES_POSITIVE, VERBS_POSITIVE, WORDS_POSITIVE))
    return negative - positive, positive - negative
