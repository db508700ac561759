"""Spanish words of each emotion, written for this project (CC BY 4.0): 546 labelled mentions alone teach too few. Folded."""

from __future__ import annotations

LOVE = """
amo ama amamos aman amor amores adoro adora adoramos adorar adorable encanta encantan encanto encantado encantada encantados encantadas encantaron enamorado enamorada enamoro enamora
fascina fascinan fascinado fascinada carino carinosa querido querida quiero_mucho favorito favorita favoritos favoritas fan fans corazon preciosa precioso lindo linda ternura tierno ❤ ♥ 😍 🥰 😘 💕 💖 💙 💚 💛 💜 🧡 😻
"""
JOY = """
feliz felices felicidad alegria alegre alegres contento contenta contentos contentas contentisima contentisimo genial ilusion ilusionado ilusionada emocionado emocionada emocion fiesta celebrar celebramos
yuju yupi wiii bravo ole viva vamos vamooos jaja jajaj jejeje divertido divertida disfrute disfrutando disfrutamos disfrutar maravilla maravilloso maravillosa espectacular increible brutal pasada
felicidades enhorabuena orgulloso orgullosa orgullo sonrisa gozada estupendo fantastico fantastica 😀 😁 😂 😃 😄 😊 😎 😋 🤩 🥳 🎉 🙌 👏 💃 🤗 ✨
"""
ANGER = """
enfadado enfadada enojado enojada cabreado cabreada cabreo cabreante furioso furiosa rabia ira indignado indignada indignante indignacion harto harta hartos hartas verguenza verguenzas ladrones ladron robo roban
estafa estafadores estafado timo timadores sinverguenza sinverguenzas inutil inutiles inutilidad incompetentes ineptos mierda puta puto joder cojones cono carajo pinche chingada chingar verga boludos
pelotudos gilipollas asco asqueroso inaceptable intolerable vergonzoso descaro caraduras jeta burla burlan rien exijo denuncia denunciar odio odian detesto basta nunca_mas peor peores pesimo pesima
abuso abusan abusivo mentirosos mienten 😡 😠 🤬 😤 🖕 💢 👎
"""
SADNESS = """
triste tristes tristeza pena penita lastima decepcion decepcionado decepcionada decepcionante decepciona desilusion desilusionado desilusionada llorar lloro llorando llore lagrimas dolor duele dolida
extrano echo_de_menos desanimo desanimado desanimada solo sola soledad perdida perdimos resignacion resignado resignada nostalgia lamento lamentable ni_modo arrepiento arrepentido arrepentida
bajon deprimido deprimida deprimente 😢 😭 😞 😔 😟 🥺 💔 ☹ 🙁
"""
FEAR = """
miedo miedos temor temo asustado asustada asusta asustan susto pavor panico terror alarma alarmado alarmada preocupado preocupada preocupa preocupan preocupante preocupacion inseguro insegura inseguridad
peligro peligroso peligrosa peligros riesgo amenaza nervioso nerviosa nervios angustia angustiado angustiada ansiedad fraude fraudes phishing hackeado robaron sospechoso desconfio cuidado 😱 😨 😰 😳
"""
SURPRISE = """
sorpresa sorpresas sorprendido sorprendida sorprende sorprendio sorprendente inesperado inesperada asombro asombroso asombrosa asombrado flipo flipando flipante alucino alucinante alucinando wow guau
caray vaya anda ostras hostia atonito impactado impactada creer esperaba imaginaba jamas_pense 😮 😲 😯 🤯 😳 🙀
"""
WORDS = {"love": LOVE, "joy": JOY, "anger": ANGER, "sadness": SADNESS, "fear": FEAR, "surprise": SURPRISE}
