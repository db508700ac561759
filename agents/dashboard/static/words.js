// What the page says, in Spanish and English; numbers and times as the language writes them.

const WORDS = {
  en: {
    skip: "Skip to the signals", brands: "Brands", signals: "Signals", mentions: "Mentions", earlier: "Earlier signals",
    ledger: "Ledger", language: "Language",
    simulated: "A simulated world speaks here: people, brands and events are invented.",
    noSignals: "No signal yet. When far more is said about a brand than usual, it appears here with its reasons.",
    noMentions: "Waiting for the first mention.",
    noSentiment: "too little to say", noEvidence: "withdrawn by its author, or too old to show",
    connecting: "connecting", lost: "connection lost, trying again", live: "listening live", history: "filling history",
    delay: (s) => `${s} s behind`, upTo: (t) => `at ${t}`,
    lastHour: (n) => (n === 1 ? "mention in the last hour" : "mentions in the last hour"),
    net: "Net sentiment", interval: (a, b) => `95 % between ${a} and ${b}`,
    calm: "calm", observe: "observe only", dayAgo: "24 h ago", now: "now",
    peak: (n) => `peak ${n} in 5 min`, noWindows: "no figures yet",
    chart: (name, total, peak) => `${name}, 24 hours: ${total} mentions, at most ${peak} in five minutes`,
    negative: "negative", neutral: "neutral", positive: "positive", unsure: "unsure",
    crisis: "Crisis", opportunity: "Opportunity", improvement: "Improvement", attention: "Attention",
    coordinated: "Coordinated", source_silent: "Source silent",
    firing: "begins", escalated: "grows", renotified: "goes on", resolved: "is over",
    value: "in the hour", usual: "usual", score: "score", threshold: "threshold", n: "opinions", people: "people",
    negativeShare: "negative", why: "What drives it", evidence: "What people say", sum: "sum",
    network: "by network", lang: "by language", target: "by target", sentiment: "by sentiment", other: "other",
    rest: (n) => `${n} more`, copy: "Copy", copied: "Copied", check: "Recompute it",
    inRedis: "in Redis", notInRedis: "on its way to Redis", arrived: "verified at the webhook",
    notArrived: "on its way to the webhook", notDelivered: "observed, not delivered",
    pause: "Pause", resume: (n) => (n ? `Show ${n} new` : "Resume"), open: "open", own: "own account",
    repost: "shares", reply: "reply", quote: "quotes", comment: "comment", review: "review", article: "article",
    aside: "set aside as spam", edited: "edited",
    accepted: "accepted", aggregated: "aggregated", unmatched: "unmatched", duplicate: "duplicate", late: "late",
    dead_lettered: "dead-lettered", in_flight: "in flight", balanced: "balanced", unbalanced: "does not balance",
    noLedger: "no figures yet", redis: (n) => `${n} signals in Redis`, noRedis: "Redis does not answer",
    webhooks: (n) => `${n} webhooks verified by the receiver`,
    reposts: (n, many) => `${n} ${many === 1 ? "share" : "shares"}`,
    once: (n, many) => `${n} ${many === 1 ? "voice" : "voices"}`, onceHow: "each text once in 5 min", onceNet: (v) => `net ${v}`,
    onceUnknown: "not known how many voices",
    who: "Who speaks", whoUnknown: "too few to say", critic: "critics", asker: "askers", helper: "helpers", advocate: "advocates",
    amplifier: "repeaters", newcomer: "newcomers", suspected_automation: "looks automated", none: "others",
    repeated: "Most repeated, 3 h", times: (n) => `${n}×`,
    authors: (n, many) => `${n} ${many === 1 ? "author" : "authors"}`, inTwoDays: (n) => `of ${n} in 48 h`,
    quotes: (n, many) => `${n} ${many === 1 ? "quote" : "quotes"}`, firstSaid: (when, who) => `first ${when}${who ? ` by ${who}` : ""}`,
    noWords: "words withdrawn, or said before this page listened",
    accounts: "accounts", usualPosts: "usual posts",
    arranged: (share) => `${share} of it looks coordinated`, arrangedHour: (share) => `${share} of the hour's opinions are like this`, arrangedUnknown: "Looks coordinated; too little to say how much of it",
    alike: "in common", words: "nearly the same words", link: "the same link", hashtags: "the same hashtags",
    posts: "posts", within: "within", half: "half of them within", newAccounts: "newer than 30 days",
    ofKnown: (n, all) => `${n} of ${all} known ages`, agesUnknown: "ages not told", handles: "handles look machine-made",
    usualRepeat: "usual for this brand", formula: "score, 0 to 1",
    seconds: (n) => `${n} s`, minutes: (n) => `${n} min`,
  },
  es: {
    skip: "Ir a las señales", brands: "Marcas", signals: "Señales", mentions: "Menciones", earlier: "Señales anteriores",
    ledger: "Libro de cuentas", language: "Idioma",
    simulated: "Aquí habla un mundo simulado: personas, marcas y sucesos son inventados.",
    noSignals: "Aún no hay señales. Cuando se hable de una marca mucho más de lo habitual, aparecerá aquí con sus razones.",
    noMentions: "A la espera de la primera mención.",
    noSentiment: "muy poco para decirlo", noEvidence: "retirado por su autor, o demasiado antiguo para mostrarlo",
    connecting: "conectando", lost: "sin conexión, se reintenta", live: "escuchando en directo", history: "cargando la historia",
    delay: (s) => `${s} s de retraso`, upTo: (t) => `en ${t}`,
    lastHour: (n) => (n === 1 ? "mención en la última hora" : "menciones en la última hora"),
    net: "Sentimiento neto", interval: (a, b) => `95 % entre ${a} y ${b}`,
    calm: "en calma", observe: "solo observa", dayAgo: "hace 24 h", now: "ahora",
    peak: (n) => `pico de ${n} en 5 min`, noWindows: "aún sin cifras",
    chart: (name, total, peak) => `${name}, 24 horas: ${total} menciones, como mucho ${peak} en cinco minutos`,
    negative: "negativo", neutral: "neutro", positive: "positivo", unsure: "dudoso",
    crisis: "Crisis", opportunity: "Oportunidad", improvement: "Mejora", attention: "Atención",
    coordinated: "Coordinado", source_silent: "Fuente en silencio",
    firing: "empieza", escalated: "crece", renotified: "continúa", resolved: "ha terminado",
    value: "en la hora", usual: "habitual", score: "puntuación", threshold: "umbral", n: "opiniones", people: "personas",
    negativeShare: "negativo", why: "Qué lo mueve", evidence: "Qué dice la gente", sum: "suma",
    network: "por red", lang: "por idioma", target: "por objetivo", sentiment: "por sentimiento", other: "otros",
    rest: (n) => `${n} más`, copy: "Copiar", copied: "Copiado", check: "Recalcularlo",
    inRedis: "en Redis", notInRedis: "de camino a Redis", arrived: "verificado en el webhook",
    notArrived: "de camino al webhook", notDelivered: "observada, no se entrega",
    pause: "Pausa", resume: (n) => (n ? `Ver ${n} más` : "Seguir"), open: "abrir", own: "cuenta propia",
    repost: "comparte", reply: "respuesta", quote: "cita", comment: "comentario", review: "reseña", article: "artículo",
    aside: "apartado como spam", edited: "editado",
    accepted: "aceptados", aggregated: "agregados", unmatched: "sin marca", duplicate: "duplicados", late: "tardíos",
    dead_lettered: "no legibles", in_flight: "en curso", balanced: "cuadra", unbalanced: "no cuadra",
    noLedger: "aún sin cifras", redis: (n) => `${n} señales en Redis`, noRedis: "Redis no responde",
    webhooks: (n) => `${n} webhooks verificados por el receptor`,
    reposts: (n, many) => `${n} ${many === 1 ? "vez compartido" : "veces compartido"}`,
    once: (n, many) => `${n} ${many === 1 ? "voz" : "voces"}`, onceHow: "cada texto una vez en 5 min", onceNet: (v) => `neto ${v}`,
    onceUnknown: "no se sabe cuántas voces",
    who: "Quién habla", whoUnknown: "muy pocos para decirlo", critic: "críticos", asker: "preguntan", helper: "ayudan", advocate: "defensores",
    amplifier: "repiten", newcomer: "nuevos", suspected_automation: "parecen automáticos", none: "otros",
    repeated: "Lo más repetido, 3 h", times: (n) => `${n}×`,
    authors: (n, many) => `${n} ${many === 1 ? "autor" : "autores"}`, inTwoDays: (n) => `de ${n} en 48 h`,
    quotes: (n, many) => `${n} ${many === 1 ? "cita" : "citas"}`, firstSaid: (when, who) => `primero ${when}${who ? `, ${who}` : ""}`,
    noWords: "palabras retiradas, o dichas antes de que esta página escuchara",
    accounts: "cuentas", usualPosts: "habitual",
    arranged: (share) => `El ${share} de ello parece coordinado`, arrangedHour: (share) => `Así es el ${share} de las opiniones de la hora`, arrangedUnknown: "Parece coordinado; muy poco para decir cuánto de ello",
    alike: "en común", words: "casi las mismas palabras", link: "el mismo enlace", hashtags: "las mismas etiquetas",
    posts: "publicaciones", within: "en", half: "la mitad en", newAccounts: "de menos de 30 días",
    ofKnown: (n, all) => `${n} de ${all} edades conocidas`, agesUnknown: "no se dice su edad", handles: "nombres como hechos a máquina",
    usualRepeat: "habitual con esta marca", formula: "puntuación, de 0 a 1",
    seconds: (n) => `${n} s`, minutes: (n) => `${n} min`,
  },
};

const KEY = "escucha.language";

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be forbidden
  }
}

const preferred = remembered() ?? (navigator.language.startsWith("es") ? "es" : "en");
let language = preferred in WORDS ? preferred : "en";

export const spoken = () => language;

export function speak(wanted) {
  language = wanted;
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // then the choice lasts as long as the page
  }
}

// The word for `key`; words that take values are functions. An unknown key is data (a network, a kind) and stands for itself.
export function t(key, ...values) {
  const word = WORDS[language][key];
  if (word === undefined) return String(key);
  return typeof word === "function" ? word(...values) : word;
}

export function number(value, digits = 0, sign = false) {
  const written = new Intl.NumberFormat(language, {
    maximumFractionDigits: digits, minimumFractionDigits: sign && digits ? digits : 0, useGrouping: "min2",
  }).format(Math.abs(value));
  const zero = Math.abs(value) < 0.5 / 10 ** digits;
  if (!sign || zero) return (value < 0 && !zero ? "−" : "") + written;
  return (value < 0 ? "−" : "+") + written;
}

export const percent = (share) => `${number(100 * share)}${language === "es" ? " " : ""}%`;

export function clock(at, seconds = true) {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", ...(seconds && today ? { second: "2-digit" } : {}), hourCycle: "h23" };
  return new Intl.DateTimeFormat(language, today ? time : { day: "numeric", month: "short", ...time }).format(when);
}
