"""Words and their feeling in five more languages, as `spanish` has them: written for this project, CC BY 4.0, folded as `text.fold` folds."""

from __future__ import annotations

PORTUGUESE_POSITIVE = """
bom boa bons boas otimo otima otimos otimas melhor melhores lindo linda lindos lindas maravilhoso maravilhosa maravilhosos maravilhosas incrivel incriveis perfeito perfeita perfeitos perfeitas
feliz felizes felicidade alegria alegre alegres amor amo amei ama amam amar amamos adoro adorei adora adorar amando adorando gosto gostei gosta gostar gostoso gostosa gostosos delicia delicioso deliciosa
obrigado obrigada obg parabens sucesso vitoria ganhei ganhou ganhar vencer venceu campeao legal bacana massa top show fofo fofa fofos fofinho fofinha fofura gato gata gatinho bonito bonita bonitos
bonitas belo bela excelente excelentes fantastico fantastica sensacional genial divertido divertida engracado rindo risos kk kkk haha rs rsrs abraco abracos beijo beijos bjs sorriso sorrir sorte
orgulho orgulhoso orgulhosa saudavel tranquilo tranquila paz esperanca sonho sonhos realizado realizada animado animada ansiosa recomendo recomendado vale melhorou melhorar diva rainha rei mito lacrou arrasou arrasa
arrasando linda divo talento querida querido queridos amigo amigos amiga amigas abencoado abencoada deus graças gracas viva festa ferias presente surpresa demais amizade gratidao grato grata barato rapido eficiente confiavel
"""
PORTUGUESE_NEGATIVE = """
mal mau ma maus ruim ruins pior piores pessimo pessima pessimos horrivel horriveis terrivel terriveis nojo nojento nojenta feio feia feios triste tristes tristeza odio odeio odiei odeia odiar odiando
raiva irritado irritada irritante chato chata chatos chatas chatice cansado cansada cansativo cansei exausto exausta morto morta morrer morri morrendo morte chorar chorei chorando choro dor dores doendo doi doente
medo panico ansiedade depressao sofrer sofrendo sofrimento saudade saudades sozinho sozinha solidao perdi perdeu perder perdendo perdido derrota fracasso fracassado vergonha vergonhoso ridiculo ridicula
lixo merda bosta porra caralho puta puto fdp cu foda fodido fodida droga desgraca desgracado desgracada idiota idiotas burro burra imbecil otario otaria trouxa babaca escroto falso falsa falsos mentira mentiroso mentiras
ladrao ladroes roubo roubar roubou corrupto corruptos corrupcao golpe crise problema problemas erro errado errada errei falha falta faltou atraso atrasado atrasada demora demorou lento lenta caro cara caros absurdo
estragado quebrado quebrou quebrou quebrada parou travando trava travou cancelado cancelada cancelaram reclamar reclamacao nao nunca ninguem nada nem infelizmente pena decepcao decepcionado decepcionada desapontado desanimo
preguica tedio entediado entediada insuportavel insonia pesadelo inferno briga brigar brigando violencia crime assassinato acidente tragedia susto assustado nervoso nervosa estressado estressada estresse aff affs afff pqp
enjoada enjoado vomitar gripe febre frio calor prova provas segunda acordar cedo sono fome
"""
ITALIAN_POSITIVE = """
buono buona buoni buone bello bella belli belle bellissimo bellissima bellissimi bravissimo bravo brava bravi ottimo ottima ottimi migliore migliori meraviglioso meravigliosa fantastico fantastica stupendo stupenda
splendido splendida perfetto perfetta perfetti felice felici felicita gioia allegria amore amo ama amiamo adoro adorabile piace piacciono piaciuto piacere grazie complimenti auguri congratulazioni successo vittoria
vinto vincere vince vinciamo vincitore campione campioni carino carina carini dolce dolci dolcezza gentile gentili simpatico simpatica divertente divertenti ridere risate sorriso sorrisi sorridere haha ahah ahahah speranza sogno sogni
sereno serena fortunato fortunata fortuna orgoglio orgoglioso orgogliosa fiero fiera bene benissimo meglio grande grandi grandissimo eccellente eccezionale geniale genio interessante interessanti utile utili emozione emozionante
emozionata bacio baci abbraccio abbracci amico amici amica amiche festa regalo vacanza vacanze relax pace evviva viva forza coraggio giusto consiglio consigliato magnifico magnifica incantevole delizioso deliziosa buonissimo spettacolo spettacolare
mitico mitica top super love sorpresa contento contenta contenti entusiasta soddisfatto soddisfatta piacevole comodo veloce gratis solidarieta onesto onesta intelligente
"""
ITALIAN_NEGATIVE = """
male peggio peggiore peggiori brutto brutta brutti brutte orribile orribili terribile terribili schifo schifoso schifosa schifosi pessimo pessima pessimi triste tristi tristezza odio odia odiare rabbia incazzato incazzata incazzati
arrabbiato arrabbiata stanco stanca stanchi stufo stufa stufi noia noioso noiosa dolore dolori soffrire sofferenza piangere pianto piango lacrime morto morta morti morte morire muore malato malata malattia febbre paura panico terrore
ansia depressione depresso solo sola solitudine perso persa perdere perde sconfitta fallimento fallito falliti vergogna vergognoso vergognosa vergognatevi vergognati ridicolo ridicola ridicoli merda cazzo cazzate stronzo stronza stronzi
stronzate coglione coglioni idiota idioti imbecille imbecilli stupido stupida stupidi cretino cretini scemo buffone buffoni pagliaccio pagliacci ladro ladri rubare rubato corrotto corrotti corruzione truffa truffe bugia bugie bugiardo
bugiardi falso falsi menzogna tasse crisi tagli disoccupazione disoccupati problema problemi errore errori sbagliato sbagliata sbaglio guasto rotto rotta ritardo ritardi sciopero scioperi caro cara costoso assurdo assurda scandalo scandaloso
scandalosa disastro disastroso tragedia guerra violenza omicidio strage vittime incidente terremoto mafia mafiosi fascista fascisti razzista razzisti ingiusto ingiustizia inutile inutili incapace incapaci incompetenti deluso delusa delusione
deludente purtroppo peccato preoccupato preoccupata preoccupante pericolo pericoloso grave gravi dimissioni dimettersi dimettiti condannato indagato arrestato arresto inaccettabile mai nessuno niente nulla neanche nemmeno no non
basta odioso antipatico maleducato fame sonno raffreddore lunedi
"""
FRENCH_POSITIVE = """
bon bonne bons bonnes beau belle beaux belles magnifique magnifiques superbe superbes excellent excellente excellents genial geniale geniaux merveilleux merveilleuse parfait parfaite parfaits meilleur meilleure meilleurs super top
cool chouette sympa sympas gentil gentille gentils adorable adorables mignon mignonne heureux heureuse bonheur joie joyeux joyeuse content contente contents ravi ravie fier fiere fiers aime aimer aimes adore adorer j'aime j'adore
amour amours plaisir merci mercis bravo felicitations succes victoire gagne gagner gagnant champion champions reussi reussite bien mieux formidable fantastique incroyable impressionnant sublime splendide drole droles rire mdr lol ptdr
sourire souriant espoir reve reves chance chanceux chanceuse calme paix tranquille ami amis amie amies bisou bisous fete cadeau vacances delicieux delicieuse savoureux regal recommande efficace utile rapide interessant interessante
passionnant emouvant touchant brillant brillante talent talentueux courage force soutien solidarite innovant innovation progres liberte vive hate love ouf hourra classe stylee soulagement agreable agreables confort confortable
ecologique durable propre sain positive positif positifs economie economies
"""
FRENCH_NEGATIVE = """
mal mauvais mauvaise mauvaises pire pires horrible horribles terrible terribles nul nulle nuls nulles naze merde merdique chiant chiante chier putain pute con conne cons connard connards connasse salope batard enfoire encule
degoutant degueulasse degoute degoutee dégueu honte honteux honteuse triste tristes tristesse deteste detester haine hais colere enerve enervee enervant enervement saoule soule marre fatigue fatiguee fatigant epuise epuisee ennui
ennuyeux ennuyeuse douleur souffrir souffre souffrance pleurer pleure larmes mort morte morts mourir meurt malade maladie fievre peur panique angoisse anxiete depression deprime seul seule solitude perdu perdue perdre perd defaite echec
echecs rate ratee ridicule ridicules idiot idiote idiots imbecile imbeciles debile stupide stupides bete abruti abrutis menteur menteurs mensonge mensonges faux voleur voleurs vol arnaque arnaques corruption corrompu crise probleme problemes
erreur erreurs panne pannes casse cassee retard retards greve greves cher chere chers absurde scandale scandaleux catastrophe catastrophique drame tragedie guerre violence violences meurtre assassin attentat attentats terroriste terroristes
accident accidents victimes pollution polluant pollue danger dangereux dangereuse grave graves menace menaces inquiet inquiete inquietant inquietude injuste injustice inutile incapable incompetent incompetents decu decue deception decevant
decevante malheureusement dommage helas raciste racistes fasciste mafia hypocrite hypocrites jamais rien personne aucun ni non pas plus assez stop inadmissible inacceptable fraude chomage impots taxes taxe licenciement pfff pff grr bof
nucleaire destruction detruit detruire extinction pesticides toxique toxiques
"""
GERMAN_POSITIVE = """
gut gute guter gutes guten besser beste besten bester schon schone schoner schones schonen super toll tolle toller tolles tollen klasse genial geniale wunderbar wunderbare wunderschon fantastisch grossartig grossartige herrlich
perfekt perfekte spitze geil geile geiler geiles cool coole lieb liebe lieben liebt liebste liebster geliebt mag mogen gern gerne freue freuen freut freude froh frohlich glucklich gluck danke dankeschon dank vielen gratulation gluckwunsch
erfolg erfolgreich gewonnen gewinnen gewinnt sieg sieger meister bravo lustig witzig lachen lache gelacht lacheln haha hihi xd suss susse susser nett nette netter freundlich freundliche hoffnung hoffentlich traum traume stolz zufrieden entspannt
ruhe frieden freund freunde freundin kuss umarmung fest party feiern geschenk urlaub ferien lecker leckere leckeres empfehlen empfehlung empfehlenswert interessant interessante spannend spannende hilfreich schnell gunstig kostenlos beeindruckend
liebevoll wow yeah juhu yay hammer endlich wohl gesund respekt mut stark
"""
GERMAN_NEGATIVE = """
schlecht schlechte schlechter schlechtes schlechten schlimm schlimme schlimmer schlimmste furchtbar furchtbare schrecklich schreckliche grauenhaft mies miese mieser scheisse scheiss scheisse kacke mist dreck arsch arschloch arschlocher fuck
fick verdammt verdammte hasse hass hasst wut wutend sauer nervt nervig nervige genervt nerven traurig traurige trauer weinen weine geweint tranen schmerz schmerzen kopfschmerzen weh krank kranke krankheit fieber erkaltet tot tote toten tod sterben
stirbt gestorben angst panik sorge sorgen einsam allein verloren verlieren verliert niederlage versagt peinlich schande schamen lacherlich dumm dumme dummer dummheit idiot idioten bloed blod blode bloder vollidiot spinner luge lugen lugner falsch falsche
betrug betrueger betruger dieb diebe korrupt korruption krise problem probleme fehler kaputt defekt storung ausfall verspatung verspatet streik teuer teure absurd skandal katastrophe krieg gewalt mord morder anschlag terror terroristen unfall opfer
gefahr gefahrlich drohung unfair ungerecht unverschamt unverschamtheit frechheit nutzlos unfahig inkompetent enttauscht enttauschend enttauschung leider schade nazi nazis rassist rassisten rassismus nie niemals niemand nichts nicht kein keine keinen
langweilig langeweile mude erschopft stress stressig gestresst kotzen kotzt ekelhaft eklig widerlich dumme asozial montag regen kalt hunger abzocke katastrophal unmoglich wtf boah
"""
ARABIC_POSITIVE = """
جميل جميله جميلة رائع رائعه رائعة ممتاز ممتازة ممتازه حلو حلوه حلوة احلى افضل أفضل احسن حب احب أحب احبك أحبك بحبك يحب نحب عشق اعشق سعيد سعيده سعادة السعادة فرح فرحة مبروك الف شكرا شكراً شكر تسلم مشكور يعطيك العافية الحمد الله لله
خير الخير بخير نجاح ناجح فوز فاز بطل ابطال بطولة هههه ههه هه ابتسامة امل الأمل تفاؤل فخر فخور كفو كفؤ مبدع ابداع تحية تحياتي سلام السلام جنة الجنة رحمة بركة مبارك يارب امين آمين صباح مساء الورد ورد النور نور قلبي حبيبي حبيبتي يسعدك يوفقك
موفق عظيم عظيمة مميز مميزة روعة روعه انيق لذيذ صديق اصدقاء هدية عيد العيد مفيد مهم شجاع كريم طيب طيبة الطيب
"""
ARABIC_NEGATIVE = """
سيء سيئ سيئة سيئه اسوأ أسوأ اسوء زفت قبيح حزين حزن الحزن زعلان كره اكره أكره بكره حقير حقيرة كلب كلاب حمار غبي اغبياء تافه تافهين وسخ وسخة نجس لعنة يلعن لعن خائن خيانة خونة كذب كذاب كاذب كذابين نصب نصاب سرقة حرامي فساد فاسد فاسدين
ظلم ظالم الظلم قتل قتلى قتلوا يقتل مقتل موت الموت مات ماتت شهيد شهداء دم دماء حرب الحرب ارهاب الارهاب ارهابي ارهابيين داعش قصف تفجير انفجار ضحايا جريمة جرائم خوف خايف مرض مريض الم ألم وجع تعب تعبان زهق ملل طفش فشل فاشل خسارة خسر خساره مصيبة
كارثة ازمة أزمة مشكلة مشاكل غلط خطأ عيب فضيحة قرف مقرف غضب غاضب عنف تعذيب سجن اعتقال انقلاب حسبي للأسف للاسف حرام ما مش مو ليس لا لم لن غالي تأخير متأخر دموع بكاء يبكي وحيد وحدة كئيب اكتئاب احتلال
"""
