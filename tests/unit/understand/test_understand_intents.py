"""Intents in Spanish and English: each rule with what it must catch and what it must leave."""

import pytest

CASES = [
    ("¿A qué hora abren mañana?", {"question"}),
    ("alguien sabe si hay luz en Lavapiés", {"question"}),
    ("@iberluz cómo puedo cambiar mi tarifa", {"question"}),
    ("¿En serio? Otra vez sin luz", {"question"}),
    ("does anyone know when the store opens", {"question"}),
    ("how do I reset my password", {"question"}),
    ("Is it open today?", {"question"}),
    ("La app no funciona desde ayer", {"complaint"}),
    ("nadie contesta el teléfono", {"complaint"}),
    ("Pésimo servicio, son unos ladrones", {"complaint"}),
    ("me cobraron dos veces este mes", {"complaint"}),
    ("el paquete llegó roto", {"complaint"}),
    ("sigo esperando mi reembolso", {"complaint"}),
    ("Worst customer service ever", {"complaint"}),
    ("my order still hasn't arrived", {"complaint"}),
    ("the app keeps crashing", {"complaint"}),
    ("I was overcharged this month", {"complaint"}),
    ("Me encanta vuestra app", {"praise"}),
    ("Excelente servicio, muy recomendable", {"praise"}),
    ("la mejor compañía, las recomiendo", {"praise"}),
    ("I love this app", {"praise"}),
    ("Great customer service as always", {"praise"}),
    ("Kudos to the support team", {"praise"}),
    ("Ojalá pusieran más tiendas", {"wish"}),
    ("deberían poner una tienda en Cádiz", {"wish"}),
    ("me gustaría que hubiera tallas grandes", {"wish"}),
    ("I wish you had a dark mode", {"wish"}),
    ("please add a dark mode", {"wish"}),
    ("Me cambio de compañía mañana mismo", {"switch"}),
    ("me doy de baja", {"switch"}),
    ("voy a cancelar mi contrato", {"switch"}),
    ("I'm switching to another bank", {"switch"}),
    ("just cancelled my subscription", {"switch"}),
    ("Boicot a esta empresa", {"call_to_action"}),
    ("no compren en esta tienda", {"call_to_action"}),
    ("firma la petición", {"call_to_action"}),
    ("Boycott this brand", {"call_to_action"}),
    ("please share, sign the petition", {"call_to_action"}),
    ("Muchas gracias, todo resuelto", {"thanks"}),
    ("os agradezco la ayuda", {"thanks"}),
    ("thanks for the quick fix", {"thanks"}),
    ("Lamentamos las molestias", {"apology"}),
    ("pedimos disculpas por el retraso", {"apology"}),
    ("We are so sorry for the delay", {"apology"}),
    ("We apologise for any inconvenience", {"apology"}),
    ("Thanks for nothing", {"complaint"}),
    ("gracias por nada", {"complaint"}),
    ("¿Por qué nadie responde? Pésima atención", {"question", "complaint"}),
    ("Me encanta la app, gracias!", {"praise", "thanks"}),
    ("Hoy hace sol en Madrid", set()),
    ("Iberluz abre una oficina en Sevilla", set()),
    ("The company reported earnings on Tuesday", set()),
    ("https://example.org/search?q=hola", set()),
    ("no me encanta", set()),
    ("do not recommend", set()),
    ("no la recomiendo", set()),
    ("How I met your mother", set()),
    ("Cuando era pequeño iba a esa tienda", set()),
    ("la gran mayoría llegó tarde", set()),
    ("", set()),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_intents_of(understood, text, expected):
    assert {str(intent) for intent in understood(text, None)[1].intents} == expected


def test_intents_come_in_the_order_of_the_contract(understood):
    assert understood("Gracias, me encanta! ¿Cuándo abren?")[1].intents == ["question", "praise", "thanks"]
