"""What is judged, in Spanish: an aspect by name; with `+` or `-`, phrases that name it and judge it at once."""

ASPECTS = {
    "price": """
        precio* | tarifa* | cuota | cuotas | mensualidad | membresia | suscripcion | costo de | coste | comision | comisiones | tasa | tasa de interes | tae | tcea | tea | hipoteca al | descuento* | oferta | ofertas | promo | promocion | rebaja | rebajas | cupon* | anualidad | gastos de (gestion/envio) | tope de reintegro | peajes | luka(s/) | lucas | soles | pesos al mes | euros al mes | al mes | propina* | costo | cuesta | cuestan | cobran | desde $* | por 2 euros | kilovatio | kwh | factura sube | plan de
    """,
    "price+": """
        barat(o/a/os/as) | baratisim* | economic(o/a/os/as) | asequible* | buen precio | buenos precios | precio justo | precios justos | no sale caro | sale mas barat* | mas barato | mitad de precio | a mitad | me sale a cuenta | sale a cuenta | gratis | sin comisiones | sin costo | sin coste | no me cobr(o/aron) | no nos cobraron | no me lo cobro | calidad precio | vale cada | rinde | me ahorr(e/o/a) | ahorro de | ahorrado | pagando menos | pago menos | lucas menos | me bajo la (factura/cuenta/boleta) | ganga | dos por uno | lo que vale un almuerzo | me dio yapa | no te matan con el precio | el precio no ha subido
        (bajaron/bajo/bajan/han bajado) (el precio/los precios/la tarifa/la cuota/la factura) | (pago/pagamos/pague) (la mitad/menos) | descuentazo | ofertaza | precio imbatible | mejor precio | la mitad que | a buen precio | muy buen precio | relacion calidad
    """,
    "price-": """
        caro | cara la | caros | caras las | carisim(o/a/os/as) | careros | es cara | son caras | muy cara | mas caro | mas cara | precio(s/) (inflado/inflados/abusivo/abusivos/de locos/por las nubes) | un robo | un dineral | un ojo de la cara | subio de precio | subieron (el precio/los precios/la tarifa/la cuota/otra vez) | subir (la tarifa/el precio/otra vez/los precios) | (subida/subidon/alza) (del/de precio/de precios/de tarifa/de la tarifa/de la luz) | me subieron | nos subieron | han triplicado | el doble (de caro/de lo) | abusivo* | usura | se pasaron de conchudos | clavada | sablazo | no baja de precio | por las nubes
        (no /)(vale/valen) (lo que cuesta/lo que cuestan/lo que piden) | pagar (de mas/un pulmon) | me clavaron | nos clavaron | clavan | (todo/cada vez mas/demasiado) caro | (otra/nueva) (subida/alza) | sube(n/) (cada/todos los/el precio/la luz) | la luz (por las nubes/carisima) | inflacion | no se puede pagar | impagable
    """,
    "billing": """
        factura | facturas | facturacion | recibo | recibos | boleta | boletas | cobro | cobros | cargo | cargos | domiciliacion | debito automatico | estado de cuenta | anualidad | recargo | permanencia | letra (pequena/chica/menuda) | consumo excedente | lectura estimada | lectura del contador
    """,
    "billing-": """
        (me/nos) (cobraron/cobran/siguen cobrando/siguieron cobrando/debitaron/descontaron/facturaron/quieren facturar/lo quieren facturar) | me han cobrado | nos han cobrado | cobro doble | cobr(aron/an/ado) (dos veces/doble/el doble/de mas/sin) | cobro indebido | cargo (no reconocido/que no) | me lo quieren (cobrar/facturar) | seguro que (jamas/nunca) autorice | (me/nos) llego (el recibo/la factura/la boleta) (con/de/por) | factura (de locos/inflada/sorpresa/incorrecta) | sin autorizar | no autorice | que no he autorizado | lectura estimada
        (factura/recibo/boleta) (de/por) (mas de/el doble/el triple/mil/cien) | me llego (una factura/un recibo/una boleta) | (me/nos) (cargaron/pasaron/metieron) (un/una/el/dos) (cargo/cobro/seguro/recibo) | consumo que no | lectura (mal/erronea/estimada) | doble cobro | cobros (indebidos/fantasma/raros)
    """,
    "billing+": """
        recibos llegan exactos | facturas claras | factura clara | sin sorpresas | sin costo de mantencion | me devolvieron el cobro | ya me devolvieron
    """,
    "staff": """
        personal | empleado | empleada | empleados | empleadas | vendedor | vendedora | vendedores | vendedoras | dependient(e/a/es/as) | cajer(a/as) | cajero que | meser(o/a/os/as) | camarer(o/a/os/as) | moz(o/os) | garzon* | mesonero | barista | baristas | repartidor | repartidores | repartidora | motorizado | domiciliario | mensajero | rider | riders | conductor | chofer | tecnico | tecnicos | instalador | instaladores | operario | operarios | operador(a/as/) | asesor | asesora | asesores | ejecutiv(o/a/os/as) | agente | agentes | encargad(o/a/os/as) | gerente | gerenta | supervisor* | administrador(a/) | recepcionista | recepcion | conserje | portero | guardia | vigilante | seguridad del local | doctor | doctora | medico | enfermer(a/o/as/os) | dentista | matrona | kinesiolog(a/o) | la fisio | senorita | muchach(o/a/os/as) | chic(o/a) (de/del/que) | l(os/as) chic(os/as) | chav(o/a/os/as) (de/que/del) | cabr(o/os/a) (de/del) | pibe | pibes | chaval(/es) | joven (de/que) | senora (de/que) | don (*) | gente que (atiende/trabaja) | el equipo | comercial que | azafat* | sobrecargo* | piloto | cuadrilla | lecturista | los del (call/reparto) | quien me atendio
    """,
    "staff+": """
        (me/nos) (atendio/atendieron) (muy bien/super bien/genial/de maravilla/con/rapid*) | (muy/super/tan) (amable*/atent*/gentil*/educad*/profesional*) | amabl(e/es) | amabilisim* | atent(os/as) | con (mucha/toda la/una) paciencia | paciencia de santo | (buena/excelente/gran) (atencion/gente) | me explico (todo/con) | un crack el | se lucio | gracias a (la senorita/la senora/don/dona/la doctora/el doctor/la licenciada/flor) | gente (linda/amable/encantadora) | se merece un aumento
        (trabajadores/operarios/tecnicos/tripulacion/azafatas/camareros) (encantadores/amables/majos/majas/increibles/geniales) | maj(o/a/os/as) | encantador(a/es/as/) | profesionales | un (tio/chaval/chico/senor/joven) (majisimo/encantador/muy) | se (desvivio/desvivieron/preocuparon) | hasta (subio/subieron) | de diez el
    """,
    "staff-": """
        (muy/bien/super/tan) gros(eros/eras/ero/era) | gros(eros/eras/ero/era) | maleducad* | malcriad* | prepotent* | de mala (gana/manera/leche) | (mala/pesima) atencion | mal trato | me (trato/trataron) mal | sin (levantar la mirada/mirarme) | incompetent* | inept* | me siguio por toda | me reviso la mochila | ni me miro | se rieron | con mala cara
    """,
    "service": """
        servicio | atencion al cliente | atencion | soporte | servicio tecnico | posventa | postventa | instalacion | portabilidad | cobertura | senal | internet | la linea | la luz | el suministro | corte de luz | apagon | cortes | la fila | la cola | turno | turnos | cita | citas | reserva | call center | mesa de ayuda | reparacion | mantenimiento | garantia | el tramite | tramite | autorizacion | check-in | sucursal | la oficina | asistencia
        vuelo | vuelos | equipaje | maleta | embarque | facturacion de maletas | mostrador | concesionari* | taller | revision | cita previa | contador | medidor | reconexion | alta | baja del servicio | enganche | acometida | cambio de titular | mesa | las colas
    """,
    "service+": """
        buen servicio | gran servicio | excelente servicio | excelente atencion | buena atencion | muy buena atencion | me (resolvieron/solucionaron/resolvio/soluciono/ayudaron) | lo (resolvieron/solucionaron/arreglaron) | (respondieron/contestaron/contestan/responden) (rapido/al toque/altiro/enseguida/en*) | volvio (la luz/el servicio/la senal) | no se ha caido | nunca se cae | anda siempre | cobertura de lujo | me agarra | en (diez/5/10/cinco) minutos (me/y/lo) | altiro | al toque
    """,
    "service-": """
        (mal/pesimo/mala/pesima) (servicio/atencion) | (sin/cero) (senal/servicio/internet/linea/luz/suministro/cobertura) | (se fue/se va/se corta/se corto/nos cortaron/me cortaron/cortaron) (la luz/el internet/internet/el servicio/la senal/el suministro/el gas/el agua) | se cae (el internet/el servicio/la linea/la senal) | intermitencia* | apagon* | corte(s/) de (luz/energia/gas/servicio) | otra vez sin (luz/gas/internet/servicio/agua) | horas de espera | hora(s/) (formado/parad*/esperando/de fila/de cola) | minutos (en espera/escuchando/al telefono) | nadie (resuelve/ayuda/soluciona/me ayuda/da solucion) | no (resuelven/solucionan/dan solucion/atienden/ayudan) | tres visitas | reprogram* | no (vino/vinieron/llego) el tecnico | dar(me/le) de baja es | me tienen (dando vueltas/en espera/peloteando)
        (vuelo) (cancelado/retrasado/perdido) | (cancelaron/retrasaron/reprogramaron/sobrevendieron) (el/mi/nuestro) vuelo | (perdieron/me perdieron/nos perdieron/extraviaron) (la/mi/el/nuestra/las) (maleta/equipaje/maletas) | (horas/dias) sin (luz/agua/gas/servicio/internet/senal/solucion) | no (vuelve/volvio/ha vuelto) la luz | llevamos ~ sin luz | sin luz desde | en el taller | visita(s/) al taller
    """,
    "communication": """
        comunicacion | informacion | el correo | mensaje | mensajes | notificacion* | aviso | avisos | el chat | chatbot | el bot | letra menuda | instrucciones | documentacion | publicidad | etiqueta | letrero | cartel | newsletter | centralita | la pagina de estado | llamadas | el contestador | explicacion*
    """,
    "communication-": """
        no (/me /nos /os /te )(contestan/responden/contestaron/respondieron/avisan/avisaron/informan/informaron/explican/explicaron/dicen nada/llaman/atienden el telefono/contestan el telefono) | nadie (/me /nos /te )(contesta/responde/aviso/avisa/informa/informo/dice nada/llama/llamo/explica/da la cara) | ni (un/una) (correo/mail/sms/mensaje/llamada/aviso/respuesta/disculpa/explicacion/lo siento) | ni contestan | nunca (contestan/responden/avisan) | sin (avisar/previo aviso/explicacion/explicaciones/respuesta/decir nada) | en visto | copia y pega | copian y pegan | publicidad enganosa | (me/nos) (mienten/mintieron/dan largas) | dando largas | letra (chica/chiquita/pequena/menuda) | su llamada es muy importante | bot que | el bot | un bot | musiquita | spam de | solo responden a | me dicen una cosa
        (no/nunca) (dicen/dijeron/informan/te dicen/nos dicen) (nada/cuando/por que) | cero (informacion/comunicacion/respuesta) | sin (informar/noticias/explicar) | (respuesta/respuestas) (automatica/automaticas/generica/genericas/de plantilla) | contestador | me (pasan/mandan/derivan) de (un/uno) | me dejaron en visto | se contradicen
    """,
    "communication+": """
        (me/nos) (avisaron/avisan/aviso/explicaron/explico/informaron/mantuvieron informad*) | te lo avisan | bien explicado | explica(n/do/ron/) (todo/clarito/bien/muy bien) | sin letra (pequena/chica) | lenguaje claro | clarisimo | me lo explico | informacion clara | contestan rapido
    """,
    "app": """
        app | apps | aplicacion | la aplicacion | el aplicativo | widget | esim | billetera | notificaciones push
    """,
    "website": """
        web | la web | pagina web | la pagina | sitio web | el sitio | portal | carrito | banca en linea | tienda online | tienda en linea | buscador | el carro | formulario | area de cliente | oficina virtual
    """,
    "delivery": """
        entrega | entregas | envio | envios | despacho | despachos | reparto | pedido | pedidos | paquete | paqueteria | mensajeria | domicilio | domicilios | el transportista | embalaje llego | bidon llego | caja llego
    """,
    "delivery+": """
        lleg(o/aron/a/an) (antes/a tiempo/rapid*/al dia siguiente/en/volando/altiro/calentit*/hoy/puntual*/el mismo dia/perfecto/bien/impecable/entero/entera/intact*) | entrega (rapida/puntual/gratis/al dia) | envio (rapido/gratis y) | en 24 horas | al dia siguiente | siempre llega(n/) a tiempo | a tiempo
    """,
    "delivery-": """
        (llego/llegaron/llega/llegan/ha llegado) (tarde/frio/fria/roto/rota/abierto/abierta/mal/sin/incompleto/equivocado/con la bolsa/dos horas/una hora/tres/aplastad*/derretid*/caliente) | no (/me /nos )(llega/ha llegado/llego) (el/mi/la/ni/nunca/nada/el pedido) | no llega | nunca llego | en reparto | (retraso/demora/demoras) (en la entrega/de/del envio) | semanas de retraso | se demor(o/aron/a) | (sigo/llevo) esperando (el/mi) (pedido/paquete) | faltaba(n/) | entregado y no | pedido (equivocado/incompleto) | lo marco como entregado | tardo (dos/tres/una/un/semanas)
    """,
    "quality": """
        calidad | material | materiales | tela | telas | acabado | acabados | costura | costuras | la suela | suela | el cierre | botones | lana | cuero | madera | colchon | motor | bateria | pantalla | el producto | producto | productos | version | el asistente | funciones | reportes | la cocina | envase | tapa | botella | lata | capsula | bolsa
        receta | formula | carroceria | pintura | plasticos | ensamblaje | acabados interiores | corcho | chapa | grano | etiqueta | vaso | pajita
    """,
    "quality+": """
        buena calidad | gran calidad | excelente calidad | calidad (buena/excelente/premium/de verdad) | bien hech(o/a/os/as) | dura(n/) (anos/mucho/un monton) | (aguanta/aguanto/aguantan) | como nuev(o/a/os/as) | resistente* | sigue intact* | no (destine/encoge/se rompe/falla) | (tres/cuatro/cinco/seis/ocho/diez) anos (con/y) | buenos materiales | va como el primer dia | me salvo
        (muy/super) (resistente/solido/solida/robusto/robusta) | sin un solo problema | no da (problemas/guerra) | bien (acabado/acabada/construido/construida/cosido/cosida/terminado/terminada) | calidad de (diez/lujo/verdad)
    """,
    "quality-": """
        mala calidad | pesima calidad | baj(o/aron) la calidad | ha bajado la calidad | se (rompio/rompe/rompieron/despego/despega/descosio/destine/destinio/encogio/pelo/dano/malogro/descompuso/hundio/transparenta/quemo/jodio/salio el/abolla) | vino (rot*/fallad*/malogrado) | defectuos* | de carton | de papel | plasticos de | barato de los malos | ha encogido | suelta pelusa | no dura (nada/ni) | duro (un/dos/tres) (dia/dias/mes/meses/semanas) | en (dos/tres) lavados | un pelo | crudo | cruda | intoxic* | cambiaron la (receta/formula) | receta nueva | formula nueva | sabe a (plastico/jabon/rayos/quimico) | viene (aguado/sin gas)
    """,
    "returns": """
        devolucion | devoluciones | reembolso | reembolsos | cambio de talla | nota de credito | un cambio | recogida | garantia
    """,
    "returns-": """
        no (me /nos /)(devuelven/devolvieron/reembolsan/quieren devolver/aceptan la devolucion/aceptan cambios/cubre la garantia) | (esperando/sin) (/mi /el /la )(reembolso/devolucion) | mi reembolso | no reembolsable | nota de credito (que vence/por) | garantia no cubre | quiero mi (dinero/plata) | mi plata | procede en cupones | cupon de | vale de tres
    """,
    "returns+": """
        (me/nos) (devolvieron/reembolsaron) (todo/la plata/el dinero/enseguida) | (me/nos) lo cambiaron | me las cambiaron | me los cambiaron | cambio sin (problemas/preguntas) | devolucion (facil/rapida/sin problemas)
    """,
    "availability": """
        stock | disponibilidad | agotad(o/a/os/as) | tallas | la talla | horario | horarios | sucursales | cobertura en | surtido | variedad | cupo | cupos | listas de espera | cajeros
    """,
    "availability-": """
        no hay (stock/cita/citas/horas/cupo/existencias/turnos/en ninguna/quien lo encuentre) | nunca hay | no (lo/la/los/las) encuentro | siempre agotad* | sin stock | agotad(o/a/os/as) | ya no (lo/la/los/las) (venden/hacen/traen/encuentro) | descontinua* | lo quitaron | dejaron de (hacer/vender/traer) | no llega a (mi/provincia/regiones) | cerrado | solo por internet
        no (lo/la) (encuentro/hay/traen/consigo) | (imposible/dificil) (de /)encontrar | ya no (se encuentra/llega/hay) | no llega a | sin existencias | desaparec(io/ieron) de
    """,
    "availability+": """
        siempre hay | mucha variedad | gran variedad | buena variedad | abren (hasta/los domingos) | lo encuentro en todas
    """,
    "design": """
        diseno | estilo | color | colores | el modelo | corte | envase | etiqueta nueva | el logo | la botella nueva | decoracion | la vista | remodelacion | interfaz | pantalla de inicio | tallaje | tapon | tapa | empaque | lata nueva
    """,
    "design+": """
        (que/muy/super/mas/tan) (lindo/linda/bonito/bonita/hermoso/hermosa/precioso/preciosa/elegante/chulo/chula) | (lindo/linda/bonito/bonita/hermoso/hermosa/precioso/preciosa/bello/bella) (diseno/modelo/color/botella/lata/envase/lugar/terraza/tienda/vestido/decoracion) | precios(o/a/os/as) | hermos* | bonit(o/a/os/as) | divina | vista (espectacular/increible/preciosa)
    """,
    "design-": """
        (feo/fea/horrible/horrorosa) (el/la) (diseno/logo/botella/etiqueta/lata) | imposible de abrir | no hay quien (lo/la) abra | mal pensad* | mal disenad* | tapon que | se derrama
    """,
    "safety": """
        seguridad | datos personales | mis datos | privacidad | contrasena | filtracion | la cerradura | fuga de gas | olor a gas | incendio | cortocircuito | chispa* | cables (sueltos/pelados/caidos) | poste | transformador
    """,
    "safety-": """
        me (clonaron/hackearon/vaciaron/robaron la cuenta) | (fuga/olor) (a/de) gas | cable(s/) (suelto/sueltos/pelado/pelados/caido/caidos/colgando) | se (quemo/incendio/prendio fuego) | saltan chispas | explot* | datos (filtrados/expuestos) | filtracion | (phishing/estafa telefonica) | de donde sacaron mis datos | peligros* | electrocut* | corrientazo electrico | me dio corriente | vidrio(s/) (en/dentro/roto) | intoxic* | alergi*
        (se prendio/se incendio/ardio/echa humo/olia a quemado/huele a quemado) | (botella/lata/vidrio) (exploto/rota) | cristal(es/) en | retirada de lote | lote (contaminado/defectuoso) | fallo de frenos | airbag | me quede sin frenos | sin cinturon
    """,
    "performance": """
        velocidad | rendimiento | latencia | ping | megas | potencia | consumo | autonomia | el aire acondicionado | calefaccion | la caldera | paneles | inversor
        motor | aceleracion | frenos | frenada | consumo de (gasolina/combustible/bateria) | autonomia | carga rapida | potencia contratada | senal wifi | arranque | cambio automatico | embrague | suspension
    """,
    "performance+": """
        va (como un tiro/como la seda/volando/rapid*/fluid*) | vuela | muy rapid* | rapidisim* | velocidad (real/increible/de verdad) | enfria (bien/rapido) | calienta (bien/rapido) | fluid* | rinde (mucho/un monton/mas)
    """,
    "performance-": """
        lent(o/a/os/as) | lentisim* | se (cuelga/colgo/traba/trabo/pega/pego/congela/cae cada) | va (lento/lenta/fatal/a pedales) | no (carga/enfria/calienta) | ruidos* | baja potencia | bajones de (tension/luz/voltaje) | baja tension | voltaje | saltan los plomos | salta el diferencial
    """,
    "taste": """
        sabor | sabores | gusto a | comida | el cafe | cafe | cerveza | jugo | zumo | refresco | gaseosa | kombucha | mate | te helado | agua | vino | bebida | pizza | hamburguesa | empanada* | arepa* | taco | tacos | sushi | desayuno | postre | sopa | pan | burbujas | amargor | gas | aroma | tueste | capuchino | cortado | latte | cacao | chela | birra | ipa | lager
    """,
    "taste+": """
        (que/muy/super/tan/mas) (rico/rica/ricos/ricas/sabros*/bueno sabor/buena sabor) | riquisim* | delicios* | exquisit* | sabe(n/) (a gloria/genial/increible/rico/riquisimo/buenisimo/bien/como) | buen sabor | sabros* | refrescante* | en su punto | para chuparse los dedos | ric(o/a/os/as) | el mejor cafe | la mejor cerveza | me supo a gloria | esta buenisim* | vicio | adict(o/a) | adiccion
        (me/nos) (encanta/encanto/gusta/gusto) (el sabor/su sabor/como sabe) | sabor (increible/espectacular/unico/suave/intenso/natural/perfecto) | buenisim(o/a/os/as) | no empalaga | poco dulce | refresca (un monton/mucho) | que (cafe/cerveza/pan/comida) tan | el cafe mas rico | cuerpazo
    """,
    "taste-": """
        sabe(n/) (a */mal/horrible/raro/rara/fatal/a nada/a jabon/a plastico/a metal/a agua/a quimico/a medicina/a jarabe/a rayos/a carton) | sin sabor | insipid* | aguad(o/a) | demasiado (dulce/azucar/amargo/acido) | muy dulce | empalagos* | asco de | quemado | agrio | agria | aguachirle | sin gas | rancio | imbebible | intomable | sabor (raro/artificial/a)
        (perdio/ha perdido/cambio) (el sabor/la gracia) | ya no sabe (igual/a) | (demasiado/mucho) (azucar/dulce/acido/amargo) | puro azucar | puro hielo | le (falta/falto) (sabor/sal/cuerpo/gas) | tibi(o/a) | caliente la (cerveza/chela/birra) | desabrid*
    """,
    "comfort": """
        comodidad | cama | camas | almohada* | asiento* | sillon | silla | zapatos | ruido | insonoriz* | mascarilla | horma
        espacio para las piernas | legroom | reclinar | butaca* | maletero | temperatura de la (cabina/habitacion) | plantilla*
    """,
    "comfort+": """
        (muy/super/tan/mas) comod(o/a/os/as) | comod(o/a/os/as) | comodisim* | se duerme (como/bien) | dormi (como/11 horas) | son una nube | no (aprieta/aprietan/pica/pican)
    """,
    "comfort-": """
        incomod(o/a/os/as) | no se puede dormir | ruido toda la noche | paredes (de carton/parecen) | aprieta* | colchon (duro/hundido/con) | resortes salidos | pica mucho | frio en la habitacion
    """,
    "cleanliness": """
        limpieza | bano | banos | sabanas | higiene | ducha | olor
    """,
    "cleanliness+": """
        (muy/super/todo/bien/siempre) limpi(o/a/os/as) | limpi(o/a/os/as) | limpiecit* | impolut* | rechinando de limpio | huele a limpio
    """,
    "cleanliness-": """
        suci(o/a/os/as) | sucisim* | asqueros* | mugr* | cucaracha* | chinches | ratas en | pelos en | con pelos | manchad(o/a/os/as) | huele (mal/a humedad/a cloaca/a tabaco) | mal olor | moho | inmund*
    """,
    "sustainability": """
        sostenib* | sustentab* | reciclad* | reciclaje | reciclable* | plastico de un solo uso | envoltorio | embalaje | huella de carbono | energia (verde/renovable) | renovable* | retornable* | paneles solares | refill | rellenable*
    """,
    "sustainability-": """
        greenwashing | lavado verde | postureo (verde/ecologico) | (tanto/mas/puro/exceso de) plastico | contamina* | envuelto en
    """,
    "sustainability+": """
        sin plastico | botella retornable | vuelve el retornable | de verdad sostenible | compostable*
    """,
    "ethics": """
        explotacion | condiciones laborales | sindicato | derechos | discrimin* | racismo | racista | machista | puertas giratorias | corrupcion | evasion
    """,
    "ethics-": """
        explota(n/) a | les pagan (el minimo/una miseria/dos pesos) | pagan a las | sin contrato | despidieron | despidos | discrimin* | racis* | plagi* | robado el dibujo | overbooking | propina obligatoria | acoso laboral | cortan la luz a | pobreza energetica | sobornos | explotadores | maltrato animal | el agua del pueblo | secan
    """,
}
