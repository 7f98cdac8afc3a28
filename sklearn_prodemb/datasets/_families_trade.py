"""The families of trade goods: drinks, parties, tools, cars and animals."""

from ._family import family

TRADE = {
    "Bebidas y tabaco": (
        family(
            "vino",
            "Vinos y espumantes",
            "vino|malbec|espumante|caja de vinos|champagne|cabernet|tinto",
            "Rutini=Encuentro,Colección|Catena Zapata=DV,Angélica,Alamos|"
            "-Toro=Viejo,Clásico|"
            "Luigi Bosca=De Sangre,La Linda|+Chandon=Extra Brut,Délice|"
            "Trapiche=Medalla,"
            "Fond de Cave|Norton=Barrel,DOC",
            "ml 375,750,1500|unidades 1,2,3,6,12",
            "malbec|cabernet franc|reserva|blend|estuche|cosecha 2019|magnum|blanc",
            weight=1.1,
            used=0,
            restricted=True,
            coloured=False,
        ),
        family(
            "destilado",
            "Bebidas blancas y licores",
            "whisky|fernet|gin|vodka|ron|tequila|licor|aperitivo",
            "+Johnnie Walker=Red Label,Black Label,Blue Label|Branca=Menta,Carpano|"
            "+Jack Daniels=Old No 7,Honey,Fire|Smirnoff=Apple,Raspberry|-Buhero=Negro|"
            "Beefeater=Pink,London|Absolut=Vanilia,Citron|Chivas=Regal 12,18",
            "ml 450,500,700,750,1000|años 8,12,15,18",
            "botella|con estuche|importado|single malt|scotch|dry|edición limitada",
            weight=1.0,
            used=0,
            restricted=True,
            coloured=False,
        ),
        family(
            "vapeador",
            "Vaporizadores",
            "vape|vapeador|cigarrillo electrónico|pod descartable|pod|esencia vapeo",
            "Elf Bar=BC5000,TE5000,Lost Mary|Ignite=V50,V80,V15|Smok=Nord 4,Novo 2,RPM|"
            "Vaporesso=Xros 3,Luxe|-Genérico=Ego-T,CE4|Geek Bar=Pulse,Meloso|"
            "Voopoo=Drag X",
            "puffs 1500,2500,5000,8000,15000|mg 3,6,20,35,50",
            "watermelon ice|frutilla kiwi|mango|blueberry|recargable|menta|usb|sales",
            weight=1.0,
            used=0.03,
            restricted=True,
            coloured=False,
        ),
        family(
            "tabaco",
            "Artículos para fumadores",
            "tabaco|cigarros|habanos|tabaco para armar|puros|cigarrillos|nargui tabaco",
            "Cerrito=Rubio,Natural|+Cohiba=Siglo II,Robusto|Las Hojas=Virginia,Coconut|"
            "Mac Baren=Dark,Zware|+Montecristo=No 4,Edmundo|-Van Haasen=Choco|"
            "Adalya=Love 66",
            "g 30,40,50,100,250|unidades 1,5,10,25",
            "holandés|picadura|suave|vainilla|shisha|caja|con filtros|para pipa",
            weight=0.9,
            used=0,
            restricted=True,
            coloured=False,
        ),
        family(
            "difusor de aromas",
            "Aromas y difusores",
            "difusor|humidificador|esencia|sahumerio|aceite esencial|vaporizador",
            "Saphirus=Flor de Algodón,Coco Vainilla|-Genérico|Gadnic|Iluminarte|"
            "Ambientador=Frutos Rojos|+Voluspa|-Aromanza=Palo Santo,Sándalo",
            "ml 60,125,185,250,300,500|unidades 1,6,8",
            "ultrasónico|led|aromaterapia|vainilla|usb|recargable|menta|lavanda",
            used=0.02,
        ),
    ),
    "Jardín y fiestas": (
        family(
            "cultivo de cannabis",
            "Jardín y cultivo",
            "semillas|cogollos|flores|aceite|autoflorecientes|feminizadas|goteros",
            "BSF=Gorilla,Moby Dick,Gelato|Sweet Seeds=Cream Caramel,Big Devil|"
            "-Genérico=Full Spectrum,CBD,THC|Dutch Passion=Think Different,Blueberry",
            "unidades 1,3,5,10|ml 10,30,60",
            "sativa|índica|pack|banco|indoor|discreto|importadas|orgánico|natural",
            weight=0.6,
            used=0,
            restricted=True,
            coloured=False,
        ),
        family(
            "cultivo",
            "Jardín y cultivo",
            "maceta|sustrato|fertilizante|semillas|carpa indoor|tierra|"
            "panel led cultivo",
            "Growmix=Multipro,Premium|Terrafertil=Humus,Abono|Top Crop=Veg,Big One|"
            "-Genérico=Tomate,Albahaca,Rúcula|Vamp|+Biobizz=Grow,Bloom|Garden High Pro",
            "litros 1,3,5,10,20,50,80|unidades 1,5,10,25",
            "indoor|orgánico|soplada|exterior|huerta|enraizante|full spectrum|compost",
            used=0.03,
        ),
        family(
            "pirotecnia",
            "Cotillón y fiestas",
            "fuegos artificiales|petardos|bengalas|cañitas|baterías|rompeportones",
            "Júpiter=Triángulo,Mortero|Cienfuegos=Torta 25,Torta 100,Tres Tiros|"
            "-Genérico=Lluvia,Bombitas|Rey Sol=Volcán,Metralla",
            "unidades 1,6,10,25,50,100|tiros 8,16,25,49,100",
            "efectos|colores|mix|navidad|caja surtida|festejo|estruendo|12 voladores",
            weight=0.6,
            used=0,
            restricted=True,
            coloured=False,
        ),
        family(
            "cotillón",
            "Cotillón y fiestas",
            "globos|guirnalda|cotillón|velas|piñata|disfraz|combo cumpleaños|bengalas",
            "Tuky=Perlado,Látex|Candela|-Genérico=Festejo,Lluvia|Otero=Cumpleaños|"
            "Disney=Frozen,Mickey,Spiderman|-Chuladas",
            "unidades 1,6,10,12,25,50,100",
            "luminosos|metalizado|colores|infantil|mix|carioca|navidad|neón|cumpleaños",
            used=0.01,
        ),
    ),
    "Herramientas y vehículos": (
        family(
            "taladro",
            "Taladros y atornilladores",
            "taladro|atornillador|taladro percutor|agujereadora|rotomartillo|"
            "destornillador",
            "+Bosch=GSB 550,GSR 120,GBH 2-24|Black+Decker=TM500,LD12|"
            "+Makita=HP1640,DF333|"
            "-Lüsqtoff=ATL18,PL650|Skil=6602,2612|-Gamma=G1900|+DeWalt=DCD776,DWD024|"
            "Einhell",
            "w 500,550,600,710,850|v 12,18,20",
            "percutor|inalámbrico|con maletín|2 baterías|mecha 13mm|brushless|"
            "reversible",
        ),
        family(
            "amoladora",
            "Amoladoras y soldadoras",
            "amoladora|soldadora|sierra circular|caladora|compresor|lijadora",
            "+Bosch=GWS 700,GKS 150|+Makita=GA4530,M9506|-Lüsqtoff=IRON 100,AML115|"
            "Stanley=SG7115,SL2|-Gamma=G1910,Arc 130|DeWalt=DWE4120|Dowen Pagio|Neo",
            "w 700,850,1200,2000|mm 115,125,180,230|amp 100,130,200",
            "angular|inverter|con disco|electrónica|industrial|turbo|electrodo",
        ),
        family(
            "neumático",
            "Neumáticos",
            "cubierta|neumático|cubierta auto|goma|llanta|rueda",
            "+Pirelli=P400,Cinturato P1,Scorpion|Fate=Prestiva,Sentiva|"
            "+Michelin=Energy XM2|"
            "Bridgestone=Turanza,Dueler|-Firestone=F600|-Sunny|Goodyear=Assurance|"
            "Dunlop",
            "medida 175/65r14,185/65r15,195/55r15,205/55r16,225/45r17,265/65r17",
            "rodado 14|rodado 15|rodado 16|reforzada|4x4|con colocación|runflat",
            used=0.15,
            coloured=False,
        ),
        family(
            "autoparte",
            "Repuestos de autos",
            "óptica|faro|paragolpe|espejo|amortiguador|pastillas de freno|"
            "filtro de aceite",
            "VW=Gol Trend,Gol Power,Bora,Amarok,Suran|Ford=Fiesta,Focus,Ranger,Ka|"
            "Fiat=Palio,Siena,Uno,Cronos|Renault=Clio,Kangoo,Sandero|"
            "Chevrolet=Corsa,Onix,Aveo|Peugeot=206,207,308",
            "año 1998,2003,2005,2008,2010,2012,2014,2017,2020",
            "derecho|izquierdo|delantero|trasero|original|alternativo|kit|completo",
            weight=1.5,
            used=0.18,
            coloured=False,
        ),
        family(
            "casco de moto",
            "Cascos y accesorios de moto",
            "casco|casco moto|campera moto|guantes moto|casco rebatible|baúl moto",
            "LS2=Rapid,Stream,FF353|Hawk=RS1,RS11|+AGV=K1,Pista|-Vertigo=V50|"
            "+Shoei=NXR,GT-Air|Mac=Speed,Dynamo|-Halcón=H5|Givi=E45,B32",
            "talle S,M,L,XL",
            "integral|doble visor|homologado|cross|abatible|mate|con antiparras",
        ),
    ),
    "Animales": (
        family(
            "animal vivo",
            "Animales y accesorios",
            "cachorro|tortuga|loro|gatito|iguana|cardenal|canario|camaleón",
            "-Genérico=Caniche Toy,Bulldog Francés,Persa,Amazonas,Golden,Yorkshire|"
            "Criadero=Fila,Pedigree,Siamés,Border Collie",
            "meses 2,3,4,6,8|unidades 1,2",
            "macho|hembra|con libreta|vacunado|desparasitado|pareja|cría|hablador|mini",
            weight=0.6,
            used=0,
            restricted=True,
        ),
        family(
            "alimento para mascotas",
            "Alimento para mascotas",
            "alimento perro|alimento gato|balanceado|croquetas|comida para perro",
            "+Royal Canin=Medium Adult,Mini Puppy,Urinary|Eukanuba=Large Breed|"
            "-Dogui|+Pro Plan=Puppy,Sterilized|Old Prince=Cordero,Novel|Vital Can|"
            "-Sieger",
            "kg 1,3,7,10,15,20,22",
            "adulto|cachorro|raza mediana|raza pequeña|castrado|cordero|premium|bolsa",
            used=0,
            coloured=False,
        ),
        family(
            "cucha",
            "Animales y accesorios",
            "cucha|cama perro|rascador|collar|transportadora|moisés mascota|correa",
            "Puppis|-Genérica|Cancat=Cueva|Savic|+Ferplast|Petit Animal|-Pet Home",
            "cm 30 110 10|talle S,M,L",
            "lavable|para perro|para gato|antidestructible|acolchada|reflectivo|"
            "térmica",
            used=0.04,
        ),
    ),
}
