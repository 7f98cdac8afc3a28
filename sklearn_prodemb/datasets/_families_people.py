"""The families of body and dress: fashion, beauty, pharmacy, babies."""

from ._family import family

_LETTERS = "talle XS,S,M,L,XL,XXL"

PEOPLE = {
    "Moda": (
        family(
            "zapatillas",
            "Zapatillas",
            "zapatillas|tenis|calzado|zapas|botitas|zapatilla urbana|sneakers",
            "+Nike=Air Force 1,Air Max 90,Revolution 6,Court Vision,Jordan 1|"
            "+Adidas=Superstar,Forum,Grand Court,Stan Smith,Runfalcon|"
            "+Vans=Old Skool,Ward,Sk8|Topper=Capitán,Dominic,Wind|"
            "+Converse=Chuck Taylor|"
            "-Gaelle=Plataforma|-Footy|Fila=Disruptor,Racer|Puma=Smash,Carina,Suede",
            "talle 35 45 1",
            "hombre|mujer|running|urbanas|cuero|lona|deportivas|unisex|liviana",
            weight=3.0,
            used=0.08,
            copied=True,
        ),
        family(
            "remera",
            "Remeras",
            "remera|camiseta|t-shirt|musculosa|chomba|top|remerón",
            "+Lacoste=Croco,Sport|+Nike=Dri-Fit,Sportswear|Topper|Kevingston|-Genérica|"
            "+Tommy Hilfiger=Essential,Flag|-Gildan|Legacy|+Levi's=Batwing|Bensimon",
            _LETTERS,
            "algodón|estampada|oversize|lisa|manga corta|mujer|hombre|pack x3|spun",
            weight=1.8,
            used=0.05,
            copied=True,
        ),
        family(
            "camiseta de fútbol",
            "Camisetas de fútbol",
            "camiseta|casaca|camiseta de fútbol|camiseta titular|equipo completo",
            "+Adidas=Argentina,River Plate,Boca Juniors,Real Madrid|"
            "+Nike=Barcelona,PSG,Brasil,Inter|Puma=Independiente,Manchester City|"
            "Kappa=Racing,Vélez|-Retro=Maradona 86,Italia 90,Boca 81|Umbro=Chaco",
            _LETTERS,
            "messi 10|titular|suplente|3 estrellas|versión jugador|aeroready|niño",
            weight=2.0,
            used=0.06,
            copied=True,
        ),
        family(
            "pantalón",
            "Pantalones y jeans",
            "jean|pantalón|jogging|calza|bermuda|cargo|chino",
            "+Levi's=501,511,Skinny 710|Wrangler=Montana,Texas|-Genérico|Taverniti|"
            "Kosiuko|+Adidas=Tiro,3 tiras|-Jeans710|Bensimon",
            "talle 36 54 2",
            "elastizado|chupín|recto|tiro alto|rígido|mujer|hombre|frisa|gabardina",
            weight=1.3,
            used=0.06,
        ),
        family(
            "campera",
            "Camperas",
            "campera|buzo|parka|rompeviento|canguro|puffer|chaleco|hoodie",
            "+The North Face=Nuptse,Resolve,Thermoball|Montagne=Inflable,Polar|"
            "+Columbia=Delta Ridge|+Nike=Windrunner,Club|-Genérica|Kevingston|-Yagmour",
            _LETTERS,
            "impermeable|inflable|polar|con capucha|friza|hombre|mujer|térmica|cuero",
            used=0.1,
            copied=True,
        ),
        family(
            "cartera",
            "Carteras y mochilas",
            "cartera|mochila|bandolera|bolso|riñonera|billetera|morral",
            "+Louis Vuitton=Neverfull,Speedy,Pochette|+Gucci=Marmont,Dionysus|"
            "+Prada=Re-Edition|Prüne=Celeste,Siena|-Amayra|+Michael Kors=Jet Set|"
            "Blaqué|-Chimola|+Coach=Tabby|XL Extra Large",
            "cm 15 45 5",
            "cuero|ecocuero|mujer|con cadena|matelassé|porta notebook|urbana",
            weight=2.2,
            used=0.1,
            copied=True,
        ),
        family(
            "reloj",
            "Relojes",
            "reloj|reloj pulsera|cronógrafo|reloj hombre|reloj mujer|malla reloj",
            "+Rolex=Submariner,Daytona,Datejust|Casio=G-Shock,Vintage,Edifice|"
            "+Omega=Speedmaster,Seamaster|+Tag Heuer=Carrera,Formula 1|-Montreal|"
            "Citizen=Eco-Drive|-Knock Out|Tommy Hilfiger|+Cartier=Tank,Santos|Seiko",
            "mm 28 46 2",
            "acero|sumergible|automático|cuarzo|malla cuero|dorado|fechador|wr",
            weight=2.2,
            used=0.15,
            copied=True,
        ),
        family(
            "lentes de sol",
            "Lentes de sol",
            "lentes de sol|anteojos|gafas|anteojos de sol|lentes",
            "+Ray-Ban=Aviator,Wayfarer,Clubmaster,Justin|+Oakley=Holbrook,Frogskins|"
            "Rusty=Kelpie,Zync|-Genérico|Vulk=Day Light,Ghost|+Prada=Linea Rossa|"
            "Infinit|-Mormaii",
            "mm 50 60 2",
            "polarizados|uv400|espejados|unisex|metal|acetato|con estuche|vintage",
            weight=1.5,
            used=0.05,
            copied=True,
        ),
    ),
    "Belleza": (
        family(
            "perfume",
            "Perfumes",
            "perfume|fragancia|eau de parfum|colonia|edt|edp|body splash",
            "+Dior=Sauvage,J'adore,Miss Dior|+Chanel=N5,Bleu,Chance|"
            "+Paco Rabanne=One Million,Invictus,Olympea|"
            "+Carolina Herrera=212,Good Girl|"
            "-Natura=Kaiak,Humor|-Millanel=Premium|Antonio Banderas=Blue,The Secret|"
            "Mimo",
            "ml 30,50,60,80,90,100,125,200",
            "hombre|mujer|spray|tester|edt|intenso|floral|amaderado",
            weight=2.4,
            used=0.02,
            copied=True,
            coloured=False,
        ),
        family(
            "maquillaje",
            "Maquillaje",
            "labial|base de maquillaje|máscara de pestañas|paleta de sombras|rubor",
            "Maybelline=Fit Me,Superstay,Sky High|+MAC=Studio Fix,Ruby Woo|"
            "-Pink 21|L'Oréal=Infalible,Telescopic|-Ruby Rose|+Lancôme=Hypnose|Vogue",
            "g 3,4,7,12|ml 5,8,30",
            "mate|larga duración|waterproof|hd|vegano|tono beige|nude|alta cobertura",
            used=0.01,
        ),
        family(
            "cuidado del pelo",
            "Cuidado del cabello",
            "shampoo|acondicionador|máscara capilar|tintura|alisado|crema de peinar",
            "Pantene=Pro-V,Rizos|Tresemmé|+Kérastase=Nutritive,Resistance|Issue|"
            "-Plusbelle|L'Oréal=Elvive,Majirel,Casting|-Bekim|Sedal",
            "ml 200,300,340,400,750,900,1000",
            "sin sulfatos|keratina|hidratación|anticaspa|rubio|argán|rizos definidos",
            used=0,
            coloured=False,
        ),
        family(
            "crema facial",
            "Cuidado de la piel",
            "crema|sérum|protector solar|crema facial|ácido hialurónico|"
            "gel de limpieza",
            "La Roche-Posay=Anthelios,Effaclar,Hyalu B5|Eucerin=Sun Fluid,Hyaluron|"
            "-Bagóvit|+Vichy=Mineral 89,Liftactiv|-Pond's|Neutrogena=Hydro Boost|"
            "CeraVe|+Estée Lauder",
            "ml 15,30,40,50,100,200|fps 30,50,60",
            "antiedad|piel seca|vitamina c|toque seco|con color|antiarrugas|"
            "niacinamida",
            used=0,
            coloured=False,
        ),
        family(
            "planchita",
            "Secadores y planchitas",
            "planchita|secador de pelo|plancha de pelo|buclera|rizador|cepillo secador",
            "Gama=Elegance,Bloom,Eleganza|+Dyson=Supersonic,Airwrap|Remington|"
            "-Kemei=KM-327,KM-6832|Philips|+Babyliss=Nano Titanium|-Winco|Gadnic",
            "w 1200,1600,2000,2200|grados 200,210,230",
            "iónico|cerámica|keratina|profesional|titanio|plegable|bivolt",
        ),
        family(
            "afeitadora",
            "Afeitadoras y cortapelos",
            "afeitadora|cortadora de pelo|máquina de cortar pelo|patillera|barbero",
            "+Philips=OneBlade,Series 3000|+Wahl=Magic Clip,Super Taper|Remington|"
            "-Kemei=KM-1971,T9,KM-5027|Gama=GT527,GCX|+Braun|-Winco|Philco",
            "horas 1,2,3|peines 3,4,6,8",
            "inalámbrica|recargable|profesional|barba|cuchillas de titanio|sumergible",
            used=0.05,
        ),
    ),
    "Salud": (
        family(
            "medicamento de venta libre",
            "Farmacia",
            "analgésico|antigripal|comprimidos|antiácido|medicamento|pastillas",
            "Bayer=Aspirina,Aspirinetas,Alka-Seltzer|Genfar=Paracetamol,Ibuprofeno 400|"
            "Elea=Ibupirac,Qura Plus|GSK=Sertal,Uvasal,Novalgina|"
            "Bagó=Tafirol,Bayaspirina|"
            "-Sidus=Buscapina,Hepatalgina",
            "mg 100,200,400,500|comprimidos 10,20,30,50",
            "dolor de cabeza|rápida acción|venta libre|gripe|blíster|en gotas|forte",
            used=0,
            coloured=False,
        ),
        family(
            "medicamento con receta",
            "Farmacia",
            "antibiótico|comprimidos|medicamento|ansiolítico|pastillas|inyectable",
            "Roemmers=Amoxidal,Losacor,Lotrial,Rivotril|Bagó=Optamox,Alplax,Nexium|"
            "Pfizer=Viagra,Zithromax,Xanax|Elea=Sibutramina,Clonagin|"
            "Novo=Ozempic,Saxenda|"
            "-Genérico=Tramadol,Tadalafil,Pregabalina,Clonazepam,Metformina",
            "mg 2,5,10,20,50,100,500,875|comprimidos 10,20,30,60",
            "sin receta|tratamiento completo|discreto|laboratorio|blíster|forte|"
            "lapicera",
            weight=1.2,
            used=0,
            restricted=True,
            coloured=False,
        ),
        family(
            "anabólico",
            "Suplementos deportivos",
            "anabólico|ciclo|inyectable|oxandrolona|testosterona|ampollas|hormona",
            "Landerlan=Stanozolol,Primobolan,Deca|Dragon Pharma=Enantat,Sustanon|"
            "-Genérico=Clenbuterol,Trembolona,HGH|Balkan=Anapolon,Boldenona",
            "mg 10,50,100,250,300|comprimidos 50,60,100",
            "definición|volumen|ciclo completo|discreto|laboratorio|masa muscular",
            weight=0.6,
            used=0,
            restricted=True,
            coloured=False,
        ),
        family(
            "suplemento",
            "Suplementos deportivos",
            "proteína|creatina|suplemento|whey protein|colágeno|pre entreno|vitaminas",
            "Star Nutrition=Platinum Whey,Creatine,Pump V8|ENA=TrueMade,Sport|"
            "+Optimum=Gold Standard|Gentech=7900,Creatina|-Mervick|Ultra Tech|-Natier",
            "g 300,500,900,1000,2000,3000|comprimidos 30,60,90",
            "sabor chocolate|vainilla|sin tacc|doypack|magnesio|monohidrato|frutilla",
            used=0,
            coloured=False,
        ),
    ),
    "Bebés": (
        family(
            "pañales",
            "Pañales y toallitas",
            "pañales|toallitas húmedas|pañal|pañales descartables|óleo calcáreo",
            "Pampers=Premium Care,Confort Sec,Baby Dry|"
            "Huggies=Triple Protección,Active|"
            "Babysec=Ultrasec,Premium|-Estrella|-Candelitas|Johnson's",
            "talle RN,P,M,G,XG,XXG|unidades 20,36,48,58,76,136",
            "hipoalergénicos|pack ahorro|con aloe|elastizados|noche|recién nacido",
            used=0,
            coloured=False,
        ),
        family(
            "cochecito",
            "Cochecitos y butacas",
            "cochecito|coche de bebé|butaca auto|huevito|travel system|"
            "carrito paraguas",
            "Infanti=Aria,Spin,Epic|+Chicco=Bravo,KeyFit,Bellaria|-Priori|+Graco|"
            "Felcraft=Xplora,City|Kiddy=Fizz,Compass|-Love=Dreams,1052|Avanti",
            "kg 9,13,15,18,25,36",
            "reclinable|ultraliviano|isofix|3 en 1|plegable|cuna|bandeja|reversible",
            used=0.3,
        ),
        family(
            "cuna",
            "Cunas y practicunas",
            "cuna|cuna funcional|practicuna|moisés|cuna colecho|catre",
            "Gran Valle|Infanti|Maxi Baby|-Muebles Mega|+Stokke=Sleepi|Love|Bebehogar",
            "medida 60x120,70x140,60x100,90x140",
            "con cajones|con colchón|laqueada|con barandas|6 en 1|mecedora|madera",
            used=0.25,
            oversize=0,
        ),
        family(
            "mamadera",
            "Lactancia y alimentación",
            "mamadera|sacaleche|chupete|esterilizador|vaso antiderrame|silla de comer",
            "+Avent=Natural,Classic|Nuk|Dr Brown's|-Nube|Chicco=Perfect 5|Medela|"
            "-Baby Innovation",
            "ml 60,125,150,240,260,330|unidades 1,2,3",
            "anticólicos|silicona|tetina|flujo lento|libre de bpa|0 a 6 meses|manual",
            used=0.06,
        ),
        family(
            "ropa de bebé",
            "Ropa de bebé",
            "body|enterito|ajuar|conjunto bebé|osito|batita|ranita|escarpines",
            "Cheeky|Mimo|Carter's|-Genérico|Minimimo|Gamise|-Naranjo|Grisino",
            "talle RN,0,1,2,3,4,6",
            "algodón|plush|pack x3|manga larga|recién nacido|estampado|unisex|nena",
            used=0.1,
        ),
    ),
}
