"""Spanish clauses by industry. Written for this project; nobody's posts."""

from __future__ import annotations

from pipeline.simulate.industry import Trade

TRADES: dict[str, Trade] = {
    "energy": Trade(
        things=(
            "la tarifa nocturna",
            "el contador nuevo",
            "la factura",
            "la app",
            "la instalación solar",
            "el servicio técnico",
        ),
        faults=(
            "la factura ha subido sin avisar",
            "el técnico no se ha presentado",
            "me cobran una potencia que no contraté",
            "la app no deja ver el consumo",
            "se va la luz cada dos por tres",
            "llevo tres semanas esperando el alta",
            "me pasan de un departamento a otro",
            "el contador marca una lectura imposible",
        ),
        merits=(
            "me arreglaron la avería en una hora",
            "la tarifa nueva me ahorra un dineral",
            "las placas ya dan más de lo que gasto",
            "el técnico fue amabilísimo",
            "la app por fin es clara",
            "me devolvieron lo cobrado de más sin discutir",
            "el cambio de titular tardó cinco minutos",
            "da gusto una atención así",
        ),
        facts=(
            "presenta una tarifa por horas",
            "abre una planta solar en Teruel",
            "cambia los contadores del barrio este mes",
            "publica sus cuentas del trimestre",
            "firma un acuerdo con el ayuntamiento",
            "renueva la web de clientes",
        ),
        asks=(
            "¿alguien sabe si {b} tiene tarifa para el coche eléctrico?",
            "¿cómo se cambia el titular del contrato en {b}?",
            "¿{b} cobra por bajar la potencia?",
            "¿a qué hora empieza el valle con {b}?",
            "¿cuánto tarda {b} en dar de alta un piso?",
            "¿merece la pena poner placas con {b}?",
        ),
        facets=(
            (
                "apagón",
                (
                    "llevamos cuatro horas sin luz en el barrio",
                    "otro apagón y nadie explica nada",
                    "medio pueblo a oscuras desde las nueve",
                    "se me ha echado a perder toda la comida por el apagón",
                    "el ascensor parado con gente dentro y sin luz",
                ),
            ),
            (
                "app caída",
                (
                    "la app está caída justo cuando hace falta",
                    "la web da error y no se puede avisar de nada",
                    "ni app ni web ni teléfono",
                ),
            ),
            (
                "factura duplicada",
                (
                    "encima me han cobrado la factura dos veces",
                    "dos cargos iguales en el banco el mismo día",
                    "facturan doble y no devuelven",
                ),
            ),
            (
                "atención",
                (
                    "una hora al teléfono para que cuelguen",
                    "el chat te echa y el teléfono comunica",
                    "nadie responde en atención al cliente",
                ),
            ),
        ),
        feats=(
            (
                "ayuda",
                (
                    "ha puesto luz gratis a los afectados por la riada",
                    "monta generadores para el pueblo y sin cobrar un euro",
                ),
            ),
            (
                "precio",
                ("baja la luz un veinte por ciento a todos", "devuelve lo cobrado de más sin que nadie lo pida"),
            ),
        ),
    ),
    "telecom": Trade(
        things=("la fibra", "la cobertura", "el router", "la tarifa", "la portabilidad", "la app"),
        faults=(
            "la fibra se corta cada noche",
            "no tengo cobertura ni en casa",
            "me han subido la tarifa sin preguntar",
            "el router se reinicia solo",
            "la portabilidad lleva parada diez días",
            "me cobran un extra que no pedí",
            "atención al cliente es un chiste",
            "prometen mil megas y llegan cincuenta",
        ),
        merits=(
            "la fibra va como un tiro",
            "cobertura perfecta hasta en la sierra",
            "me cambiaron el router el mismo día",
            "portabilidad hecha en una tarde",
            "me igualaron la oferta sin pelear",
            "el técnico lo dejó todo niquelado",
            "por fin videollamadas sin cortes",
            "pago la mitad que antes",
        ),
        facts=(
            "lanza tarifas para estudiantes",
            "amplía la red en los pueblos",
            "cierra las tiendas del centro",
            "anuncia la compra de antenas",
            "cambia el nombre de sus planes",
            "ofrece datos en el extranjero",
        ),
        asks=(
            "¿qué tal va la fibra de {b} por la zona norte?",
            "¿{b} tiene permanencia?",
            "¿cómo hablo con una persona en {b}?",
            "¿sirve mi router con {b}?",
            "¿cuánto tarda la portabilidad a {b}?",
            "¿{b} funciona en la costa?",
        ),
        facets=(
            (
                "sin servicio",
                (
                    "toda la ciudad sin internet desde esta mañana",
                    "sin línea y sin poder llamar a emergencias",
                    "llevo siete horas sin conexión y teletrabajo",
                    "no hay red en toda la provincia",
                ),
            ),
            (
                "datos filtrados",
                (
                    "han filtrado nuestros datos y nos enteramos por la prensa",
                    "mi DNI circulando por ahí gracias a su fallo",
                    "me llegan estafas con mis datos de cliente",
                ),
            ),
            (
                "cobros",
                (
                    "y encima cobran el mes entero",
                    "me cobran por un servicio que no funciona",
                    "suben precios con la red caída",
                ),
            ),
            (
                "silencio",
                ("ni un comunicado en todo el día", "borran los comentarios en vez de contestar", "nadie da la cara"),
            ),
        ),
        feats=(
            (
                "red abierta",
                ("abre los datos ilimitados a todos por la emergencia", "da internet gratis a los colegios del valle"),
            ),
            ("precio", ("mejora la tarifa a los clientes de siempre", "sube la velocidad a todos sin cobrar más")),
        ),
    ),
    "bank": Trade(
        things=("la app", "la tarjeta", "la cuenta", "la hipoteca", "la oficina", "el seguro"),
        faults=(
            "me cobran comisión por respirar",
            "la app se cierra al pagar",
            "me bloquearon la tarjeta de viaje",
            "la transferencia no llega",
            "han cerrado la única oficina del pueblo",
            "el seguro no cubre nada",
            "llevo un mes pidiendo un papel",
            "el cajero se tragó la tarjeta",
        ),
        merits=(
            "abrí la cuenta en diez minutos",
            "me devolvieron el cargo fraudulento enseguida",
            "la app nueva es una maravilla",
            "el gestor se portó de diez",
            "cero comisiones y se nota",
            "el seguro pagó en dos días",
            "hipoteca firmada sin dramas",
            "las huchas de ahorro me encantan",
        ),
        facts=(
            "sube el interés de la cuenta",
            "abre tres oficinas nuevas",
            "renueva su junta directiva",
            "patrocina la media maratón",
            "lanza un plan para jóvenes",
            "revisa sus tarifas en enero",
        ),
        asks=(
            "¿{b} cobra por transferencias inmediatas?",
            "¿cómo doy de baja la tarjeta de {b}?",
            "¿alguien con hipoteca en {b}?",
            "¿{b} deja abrir cuenta conjunta en línea?",
            "¿qué cajeros son gratis con {b}?",
            "¿hasta qué hora abre {b}?",
        ),
        facets=(
            (
                "pagos caídos",
                (
                    "no puedo pagar con la tarjeta en ningún sitio",
                    "la compra hecha y la tarjeta rechazada",
                    "los pagos llevan caídos toda la tarde",
                    "me he quedado tirado en la gasolinera sin poder pagar",
                ),
            ),
            (
                "saldo",
                (
                    "me aparece la cuenta a cero",
                    "ha desaparecido mi nómina del saldo",
                    "el dinero no está y nadie explica nada",
                ),
            ),
            ("fraude", ("me han vaciado la cuenta y dicen que es culpa mía", "cargos desde otro país y no los paran")),
            (
                "atención",
                (
                    "el teléfono de fraude comunica",
                    "la oficina cerrada y el chat mudo",
                    "dos horas de espera para nada",
                ),
            ),
        ),
        feats=(
            (
                "devolución",
                ("devuelve las comisiones de todo el año", "perdona los recibos a los afectados por la riada"),
            ),
            ("premio", ("da el mejor interés sin letra pequeña", "reabre las oficinas de los pueblos")),
        ),
    ),
    "travel": Trade(
        things=("el vuelo", "la maleta", "la web", "el asiento", "la tripulación", "el trayecto"),
        faults=(
            "dos horas de retraso y ni agua",
            "me han perdido la maleta otra vez",
            "la web falla al pagar",
            "cobran hasta por sentarte junto a tu hijo",
            "cancelan y no devuelven",
            "el asiento estaba roto",
            "la cola de facturación es eterna",
            "cambian la puerta sin avisar",
        ),
        merits=(
            "llegamos antes de hora",
            "la tripulación encantadora",
            "me cambiaron el billete sin cobrar",
            "asientos cómodos por poco dinero",
            "la maleta salió la primera",
            "el viaje más tranquilo en años",
            "devolvieron el importe en dos días",
            "trataron a mi abuela como a una reina",
        ),
        facts=(
            "estrena ruta a Lisboa",
            "publica los horarios de verano",
            "renueva parte de la flota",
            "mueve sus salidas a otra terminal",
            "abre la venta para diciembre",
            "cambia el tamaño de equipaje",
        ),
        asks=(
            "¿{b} deja llevar bicicleta?",
            "¿cómo reclamo un retraso a {b}?",
            "¿el equipaje de mano de {b} cuánto mide?",
            "¿{b} sale puntual últimamente?",
            "¿se puede cambiar el nombre del billete con {b}?",
            "¿{b} lleva enchufes?",
        ),
        facets=(
            (
                "cancelaciones",
                (
                    "han cancelado todo sin alternativa",
                    "tirados en la terminal desde las seis",
                    "tercer viaje cancelado de la semana",
                    "familias durmiendo en el suelo y nadie aparece",
                ),
            ),
            ("reembolsos", ("no devuelven el dinero de nadie", "ofrecen un vale caducado en lugar del dinero")),
            ("equipaje", ("miles de maletas perdidas", "las maletas amontonadas bajo la lluvia")),
            (
                "trato",
                (
                    "el personal grita a la gente",
                    "echan a una señora por no entender el idioma",
                    "nadie informa en los mostradores",
                ),
            ),
        ),
        feats=(
            (
                "rescate",
                ("trae gratis a los que se quedaron tirados", "fleta un viaje extra para que lleguen a Navidad"),
            ),
            ("trato", ("espera a una pasajera que iba a un trasplante", "paga hotel a todos sin que lo pidan")),
        ),
    ),
    "shop": Trade(
        things=("el pedido", "la tienda", "el envío", "la oferta", "la caja", "el repartidor"),
        faults=(
            "el pedido llegó abierto",
            "llevan dos semanas de retraso",
            "cobran el envío dos veces",
            "el producto no se parece a la foto",
            "la devolución es un laberinto",
            "faltaban cosas en la bolsa",
            "la oferta era mentira",
            "el repartidor lo dejó en la calle",
        ),
        merits=(
            "pedido en casa en un día",
            "cambiaron la talla sin preguntar",
            "todo fresquísimo y a buen precio",
            "el repartidor un sol",
            "la calidad me ha sorprendido",
            "empaquetado con muchísimo mimo",
            "me regalaron una muestra",
            "la mejor compra del año",
        ),
        facts=(
            "abre tienda en la calle Mayor",
            "amplía el horario de los domingos",
            "cambia su tarjeta de puntos",
            "trae marcas nuevas en otoño",
            "prueba cajas sin cola",
            "renueva el almacén",
        ),
        asks=(
            "¿{b} abre los festivos?",
            "¿cómo devuelvo un regalo en {b}?",
            "¿{b} envía a las islas?",
            "¿alguien ha probado la marca blanca de {b}?",
            "¿cuánto tarda {b} en reponer tallas?",
            "¿{b} tiene opción sin gluten?",
        ),
        facets=(
            (
                "intoxicación",
                (
                    "mi hijo en urgencias después de comer su producto",
                    "varios vecinos enfermos por el mismo lote",
                    "han vendido comida en mal estado",
                    "encontré moho dentro del paquete",
                ),
            ),
            (
                "retirada",
                (
                    "y siguen sin retirar el lote",
                    "lo esconden en vez de avisar",
                    "el cartel de retirada lo pusieron tres días tarde",
                ),
            ),
            ("trato", ("echan a los trabajadores que avisaron", "tratan fatal a los repartidores")),
            ("cobros", ("cobran la compra dos veces y no devuelven", "el reembolso no llega nunca")),
        ),
        feats=(
            ("donación", ("dona la comida que no vende al comedor social", "llena camiones gratis para los afectados")),
            ("empleo", ("contrata a los despedidos de la fábrica", "sube el sueldo a toda la plantilla")),
        ),
    ),
    "software": Trade(
        things=("la app", "la última versión", "la suscripción", "el soporte", "la interfaz", "el catálogo"),
        faults=(
            "la actualización lo ha roto todo",
            "se cierra sola al abrir",
            "suben la suscripción otra vez",
            "el soporte contesta con un robot",
            "han quitado la función que usaba",
            "sincroniza cuando quiere",
            "demasiados anuncios",
            "perdí el trabajo de la tarde",
        ),
        merits=(
            "la versión nueva vuela",
            "el soporte me respondió en minutos",
            "interfaz limpia y sin tonterías",
            "me ahorra una hora al día",
            "vale cada euro",
            "por fin modo oscuro decente",
            "la mejor que he probado",
            "catálogo buenísimo este mes",
        ),
        facts=(
            "publica la versión de otoño",
            "cambia de nombre a sus planes",
            "abre oficina en Valencia",
            "presenta su hoja de ruta",
            "organiza una charla el jueves",
            "añade idiomas nuevos",
        ),
        asks=(
            "¿{b} funciona sin conexión?",
            "¿cómo exporto mis datos de {b}?",
            "¿hay descuento de estudiante en {b}?",
            "¿{b} va en tableta?",
            "¿se puede compartir cuenta en {b}?",
            "¿sabéis si {b} tiene API?",
        ),
        facets=(
            (
                "caída",
                (
                    "lleva caída desde las diez",
                    "no carga nada y tengo que entregar hoy",
                    "servidores muertos otra vez",
                    "no hay manera de entrar en mi cuenta",
                ),
            ),
            (
                "datos perdidos",
                (
                    "ha borrado mis archivos de años",
                    "mis proyectos han desaparecido",
                    "la copia de seguridad tampoco está",
                ),
            ),
            ("precio", ("y suben el precio la misma semana", "cobran el doble por lo que ya pagábamos")),
            ("privacidad", ("venden nuestros datos sin decirlo", "leen lo que escribimos para entrenar sus cosas")),
        ),
        feats=(
            ("gratis", ("se hace gratis para escuelas y ONG", "libera el código de su editor")),
            ("salto", ("saca la función que llevábamos años pidiendo", "va el triple de rápido y sin cobrar más")),
        ),
    ),
}
