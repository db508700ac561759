"""Sentence frames around a clause, by language and country. `{b}` brand, `{c}` clause, `{d}` second clause, `{t}` thing, `{n}` number."""

from __future__ import annotations

from typing import NamedTuple


class Frames(NamedTuple):
    negative: tuple[str, ...]
    positive: tuple[str, ...]
    neutral: tuple[str, ...]
    ask: tuple[str, ...]
    """Before and after a whole question."""
    anger: tuple[str, ...]
    """Closers of a complaint."""
    joy: tuple[str, ...]
    plain: tuple[str, ...]


_ES = Frames(
    negative=(
        "{b}: {c}. {a}",
        "Otra vez {b}, {c}. {a}",
        "Con {b} siempre igual, {c} y {d}",
        "Llevo {n} días así con {b}: {c}. {a}",
        "Muy decepcionado con {b}: {c}",
        "{a} {b}, {c}",
        "Vergonzoso lo de {b}: {c}, y además {d}",
        "Nunca más {b}. {c}. {a}",
        "Hoy con {b}: {c}. Pésimo.",
        "¿En serio, {b}? {c}. {a}",
        "Reclamación número {n} a {b}: {c}",
        "{t} de {b}, un desastre: {c}. {a}",
        "Pago {n} euros al mes a {b} y {c}. {a}",
        "Qué mal {b}, {c}",
    ),
    positive=(
        "{b}: {c}. {a}",
        "Hay que decirlo también: con {b} {c}. {a}",
        "Encantado con {b}, {c}",
        "{a} {b}, {c}",
        "Muy contento con {t} de {b}: {c}. {a}",
        "Gracias {b}, {c}",
        "Después de {n} meses con {b}: {c} y {d}. {a}",
        "Qué bien {b}. {c}. {a}",
        "Recomiendo {b}: {c}",
        "Punto para {b}: {c}. {a}",
        "No todo va a ser quejarse: en {b} {c}",
        "{t} de {b}, un acierto. {c}. {a}",
    ),
    neutral=(
        "{b} {c}. {a}",
        "Leo que {b} {c}",
        "Según el periódico, {b} {c}. {a}",
        "Hoy he pasado por {b}. {a}",
        "{b} {c} dentro de {n} días",
        "Comparando {t} de {b} con las demás. {a}",
        "Nota rápida: {b} {c}",
        "Mañana llamo a {b} por {t}. {a}",
        "{b} {c}, dicen en la radio",
        "En el barrio se habla de {b}: {c}. {a}",
        "Me ha llegado un correo de {b} sobre {t}",
        "Vídeo sobre {b} y {t}. {a}",
    ),
    ask=(
        "{c}",
        "Una duda: {c}",
        "Pregunta seria, {c}",
        "{c} Gracias de antemano",
        "Hola, {c}",
        "A ver si me ayudáis: {c}",
    ),
    anger=(
        "Vaya tela.",
        "Una vergüenza.",
        "Estoy hasta las narices.",
        "Qué asco de servicio.",
        "Menuda estafa.",
        "No tienen perdón.",
        "Me doy de baja.",
        "Increíble.",
        "Lamentable.",
        "Qué tomadura de pelo.",
    ),
    joy=(
        "Qué maravilla.",
        "De diez.",
        "Así da gusto.",
        "Chapó.",
        "Mola mucho.",
        "Un lujo.",
        "Olé.",
        "Repetiré seguro.",
        "Me tienen ganado.",
    ),
    plain=(
        "A ver qué pasa.",
        "Lo dejo aquí.",
        "Ya contaré.",
        "Por si a alguien le sirve.",
        "Sin más.",
        "Sigo mirando.",
        "Tomo nota.",
    ),
)

_MX = _ES._replace(
    anger=(
        "No manchen.",
        "Qué poca.",
        "Una porquería, la neta.",
        "Pésimo servicio.",
        "Ya estuvo, me cambio.",
        "Puro robo.",
        "Qué coraje.",
        "De terror.",
        "Se pasan.",
    ),
    joy=(
        "Qué padre.",
        "La neta, excelente.",
        "Bien chido.",
        "Me encantó.",
        "Súper recomendado.",
        "Al cien.",
        "Qué buena onda.",
    ),
    ask=("{c}", "Oigan, {c}", "Duda, {c}", "Alguien que sepa, {c}", "Buenas tardes, {c}", "{c} Porfa"),
)

_AR = _ES._replace(
    anger=(
        "Una vergüenza, che.",
        "Son un desastre, posta.",
        "Me tienen podrido.",
        "Qué bronca.",
        "Nos toman el pelo.",
        "Un robo.",
        "Malísimo.",
        "No se puede creer.",
    ),
    joy=(
        "Genial, che.",
        "Posta, un lujo.",
        "Buenísimo.",
        "La rompieron.",
        "Re contento.",
        "Excelente atención.",
        "Qué bueno, loco.",
    ),
    ask=("{c}", "Che, {c}", "Consulta: {c}", "Alguien sabe, {c}", "Gente, {c}", "{c} Gracias!"),
)

_US = Frames(
    negative=(
        "{b}: {c}. {a}",
        "{b} again, {c}. {a}",
        "Always the same with {b}: {c} and {d}",
        "{n} days of this with {b}, {c}. {a}",
        "Really disappointed in {b}: {c}",
        "{a} {b}, {c}",
        "Shame on {b}: {c}, plus {d}",
        "Never again, {b}. {c}. {a}",
        "Today with {b}: {c}. Awful.",
        "Seriously, {b}? {c}. {a}",
        "Complaint number {n} to {b}: {c}",
        "{t} at {b} is a mess: {c}. {a}",
        "I pay {b} {n} a month and {c}. {a}",
        "So bad, {b}. {c}",
    ),
    positive=(
        "{b}: {c}. {a}",
        "Credit where due, {b}: {c}. {a}",
        "So happy with {b}, {c}",
        "{a} {b}, {c}",
        "Loving {t} from {b}: {c}. {a}",
        "Thank you {b}, {c}",
        "{n} months with {b}: {c} and {d}. {a}",
        "Well done {b}. {c}. {a}",
        "I recommend {b}: {c}",
        "Point for {b}: {c}. {a}",
        "Not only complaints here: {b}, {c}",
        "{t} from {b} was a good choice. {c}. {a}",
    ),
    neutral=(
        "{b} {c}. {a}",
        "I read that {b} {c}",
        "According to the paper {b} {c}. {a}",
        "Walked past {b} today. {a}",
        "{b} {c} in {n} days",
        "Comparing {t} from {b} with others. {a}",
        "Quick note: {b} {c}",
        "Calling {b} tomorrow about {t}. {a}",
        "{b} {c}, says the radio",
        "People here talk about {b}: it {c}. {a}",
        "Got an email from {b} about {t}",
        "Video on {b} and {t}. {a}",
    ),
    ask=("{c}", "Quick question: {c}", "Honest question, {c}", "{c} Thanks in advance", "Hi, {c}", "Help me out: {c}"),
    anger=(
        "Unacceptable.",
        "What a joke.",
        "I'm done.",
        "Total scam.",
        "Fix this.",
        "Worst service ever.",
        "So angry right now.",
        "Pathetic.",
        "Cancelling today.",
        "Disgraceful.",
    ),
    joy=(
        "Amazing.",
        "Ten out of ten.",
        "This is how it's done.",
        "Love it.",
        "Brilliant.",
        "Made my day.",
        "Will buy again.",
        "Impressive.",
    ),
    plain=(
        "We'll see.",
        "Just leaving this here.",
        "More soon.",
        "In case it helps.",
        "That's all.",
        "Still looking.",
        "Noted.",
    ),
)

FRAMES: dict[str, Frames] = {"es-ES": _ES, "es-MX": _MX, "es-AR": _AR, "en-US": _US}

FACES: dict[str, tuple[str, ...]] = {
    "negative": ("😡", "🤬", "😤", "👎", "🤦", "😠", "💔", "😒"),
    "positive": ("😍", "👏", "🙌", "❤️", "😊", "🔥", "💚", "👍"),
    "neutral": ("🤔", "👀", "📌", "🙂", "📰"),
}

NOISE: dict[str, tuple[str, ...]] = {
    "es": (
        "Buenos días, hoy {n} grados y viento",
        "Se me ha quemado la tortilla otra vez",
        "Qué partido anoche, {n} a {m}",
        "Busco piso de {n} metros",
        "Leyendo en el tren, capítulo {n}",
        "El gato ha vuelto a tirar la maceta {n}",
        "Lunes y ya quiero viernes",
        "Receta de lentejas para {n}",
        "Hoy cumplo {n} días corriendo",
        "Paseo por el río con {n} perros",
        "Se acabó el café y quedan {n} reuniones",
    ),
    "en": (
        "Morning all, {n} degrees and windy",
        "Burnt the toast again",
        "What a match, {n} to {m}",
        "Looking for a flat, {n} square metres",
        "Reading on the train, chapter {n}",
        "The cat knocked over plant number {n}",
        "Monday and I want Friday",
        "Lentil recipe for {n}",
        "Day {n} of running",
        "A walk by the river with {n} dogs",
        "Out of coffee with {n} meetings to go",
    ),
}

ANSWERS: dict[str, tuple[str, ...]] = {
    "es": (
        "Hola {h}, gracias por escribirnos. ¿Nos das más datos por privado y lo miramos?",
        "Buenas {h}, puedes hacerlo desde tu área de cliente.",
        "Hola {h}, lo consultamos y te decimos algo hoy mismo.",
        "Gracias por preguntar, {h}. Tienes toda la información en la web.",
        "Sentimos la espera, {h}. Un compañero te llama esta tarde.",
    ),
    "en": (
        "Hi {h}, thanks for reaching out. Could you send us the details privately?",
        "Hello {h}, you can do that in your account page.",
        "Hi {h}, we are checking and will come back to you today.",
        "Thanks for asking, {h}. All the details are on our site.",
        "Sorry for the wait, {h}. A colleague will call you this afternoon.",
    ),
}

OWN: dict[str, tuple[str, ...]] = {
    "es": (
        "En {b} estrenamos {t}. Te lo contamos en la web.",
        "Hoy en {b}: todo sobre {t}.",
        "Gracias por {n} años con {b}.",
    ),
    "en": (
        "New at {b}: {t}. Read more on our site.",
        "Today at {b}: all about {t}.",
        "Thank you for {n} years with {b}.",
    ),
}

COMEBACK: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "negative": (
            "A mí me pasa lo mismo con {b}",
            "Igual por aquí, {b} ni contesta",
            "Normal, {b} va cada vez peor",
        ),
        "positive": (
            "Totalmente de acuerdo, {b} de diez",
            "A mí también me fue genial con {b}",
            "Bien por {b}, así sí",
        ),
        "neutral": (
            "Yo lo vi con {b} también",
            "Creo que con {b} depende de la zona",
            "Lo de {b} lo explican en su web",
        ),
    },
    "en": {
        "negative": ("Same here with {b}", "Exactly my problem, {b} never answers", "{b} keeps getting worse"),
        "positive": ("Totally agree, {b} nailed it", "Same great experience with {b}", "Good for {b}"),
        "neutral": ("Saw that about {b} too", "I think with {b} it depends on the area", "{b} explains it on the site"),
    },
}

NAMELESS: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "negative": ("A mí me pasa lo mismo", "Qué vergüenza", "Reclama y no pares", "Igual por aquí"),
        "positive": ("Qué alegría leerlo", "Totalmente de acuerdo", "A mí también me fue genial"),
        "neutral": ("Gracias por contarlo", "Interesante", "Lo explican en su web", "¿Y eso desde cuándo?"),
    },
    "en": {
        "negative": ("Same here", "That is shameful", "File a complaint and don't stop", "Happened to me too"),
        "positive": ("Happy to read this", "Totally agree", "Same great experience"),
        "neutral": ("Thanks for sharing", "Interesting", "It's on their site", "Since when?"),
    },
}
