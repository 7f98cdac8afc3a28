"""The families of leisure: sports, outdoors, weapons, toys and music."""

from ._family import family

LEISURE = {
    "Deportes": (
        family(
            "bicicleta",
            "Bicicletas",
            "bicicleta|bici|mountain bike|mtb|playera|bicicleta de ruta|plegable",
            "Venzo=Raptor,Skyline,Loki|Raleigh=Mojave 2.0,Mojave 5.0|+Trek=Marlin 5|"
            "+Specialized=Rockhopper|-Futura|SLP=5 Pro,10 Pro|-Kelinbike|Vairo=XR 3.5|"
            "Olmo=Wish,All Terra|Aurorita=Clásica",
            "rodado 12,14,16,20,24,26,27.5,29|velocidades 1,7,18,21,24",
            "frenos a disco|shimano|aluminio|suspensión|dama|niño|con canasto|doble",
            weight=1.5,
            used=0.3,
            oversize=20,
        ),
        family(
            "accesorio de bicicleta",
            "Accesorios de bicicletas",
            "casco bicicleta|inflador|luz bicicleta|candado bici|asiento bicicleta|"
            "cubierta bicicleta|portabici|cadena bicicleta",
            "Shimano=Altus,Tourney,Deore|Venzo=Vuelta,C-458|-Genérico|+Giro|Raleigh|"
            "Chaoyang|-West Biking|Maxxis=Ardent,Ikon",
            "rodado 20,24,26,27.5,29|velocidades 7,8,9,10",
            "aluminio|mtb|ruta|antipinchazo|usb|regulable|con soporte",
            used=0.06,
        ),
        family(
            "máquina de gimnasia",
            "Máquinas de gimnasia",
            "cinta de correr|caminadora|bicicleta fija|elíptico|multigimnasio|spinning",
            "Randers=ARG-150,ARG-480|World Fitness|+Matrix|-Sonnos|"
            "Athletic=Walker,730BS|"
            "Olmo=Fit 57,Fit 67|-Semikon|+Life Fitness",
            "hp 1,2,3,4|kg 100,110,120,150",
            "motorizada|plegable|magnética|monitor lcd|semi profesional|inclinación",
            used=0.3,
            oversize=0,
        ),
        family(
            "pesas",
            "Pesas y accesorios de gimnasio",
            "mancuernas|pesas|kettlebell|disco|barra|bandas elásticas|pesa rusa",
            "Fitness Pro|-Sonnos|Proyec|Randers|+Rogue|-Genérico|World Fitness|Eleven",
            "kg 1,2,3,5,8,10,15,20",
            "fundición|engomada|vinilo|par|encastre|olímpica|rosca|crossfit",
        ),
        family(
            "pelota",
            "Fútbol y otros deportes",
            "pelota|balón|botines|paleta de pádel|raqueta|guantes arquero",
            "+Adidas=Al Rihla,Predator,Tango|Penalty=Max 500,Bola 8|"
            "+Nike=Mercurial,Flight|"
            "Nassau=Tuji,Championship|-Drb=Trainer|Bullpadel=Hack,Vertex|"
            "+Wilson=Evolution",
            "numero 3,4,5,7|g 340,355,370",
            "cosida|papi fútbol|cancha 5|césped sintético|carbono|profesional|indoor",
        ),
    ),
    "Camping y caza": (
        family(
            "carpa",
            "Carpas y gazebos",
            "carpa|iglú|gazebo|carpa estructural|toldo|carpa autoarmable",
            "Doite=Himalaya,Kailas|Waterdog=Dome,Taku|"
            "National Geographic=Toronto,Rockport|"
            "-Spinit=Adventure,Camper|+Coleman=Sundome,Instant|-Bestway|Outdoors",
            "personas 1,2,3,4,5,6,8,10,12",
            "impermeable|doble techo|con abside|columna de agua 2000|3x3|"
            "con mosquitero",
            oversize=8,
        ),
        family(
            "bolsa de dormir",
            "Bolsas de dormir y mochilas",
            "bolsa de dormir|mochila camping|aislante|colchoneta|sobre de dormir",
            "Doite=Everest,Pacha|Waterdog=Trekking 65,Aspen|-Spinit=Cross|+Deuter|"
            "Montagne=Ushuaia,Lobo|National Geographic|-Genérico|+Osprey",
            "litros 30,45,55,65,80|grados 0,-5,-10,-15",
            "momia|térmica|autoinflable|trekking|ultraliviana|rectangular|con capucha",
        ),
        family(
            "linterna y cuchillo de campo",
            "Accesorios de camping",
            "linterna|navaja|cortaplumas|farol|cantimplora|multiherramienta|brújula",
            "+Victorinox=Spartan,Climber,Huntsman|+Leatherman=Wave,Rebar|-Genérica|"
            "Waterdog|Coleman|Spinit|-Kanji|Trento=Hunter,Tactical",
            "lumenes 200,500,800,1000|funciones 7,12,15,21",
            "táctica|recargable|led cree|zoom|con funda|acero|supervivencia|minera",
        ),
        family(
            "óptica",
            "Binoculares y miras",
            "binocular|mira telescópica|monocular|telescopio|largavista|prismático",
            "+Bushnell=Falcon,Banner,PowerView|Shilba=Hunter,Compact|-Genérico|Hokenn|"
            "+Nikon=Aculon,Prostaff|Gamo=3-9x40,4x32|Celestron=Astromaster,Powerseeker",
            "mm 25,32,40,42,50,70|aumentos 4,8,9,10,12,20",
            "visión nocturna|con trípode|reticulado|antiniebla|prisma bak4|con bolso",
            used=0.15,
            coloured=False,
        ),
        family(
            "pesca",
            "Pesca",
            "caña de pescar|reel|señuelo|caja de pesca|combo pesca|línea",
            "Spinit=Gavilán,Arrow|Shimano=Sienna,FX|-Tech=Storm,Pampero|Caster=Flota|"
            "+Abu Garcia=Ambassadeur,Veritas|Waterdog|Surfish|-Red Fish",
            "m 1.8,2.1,2.4,3,3.6,4.2|rulemanes 3,5,7",
            "variada|telescópica|tararira|grafito|frontal|rotativo|pejerrey|baitcast",
            used=0.15,
        ),
        family(
            "rifle de aire comprimido",
            "Caza y tiro",
            "rifle|aire comprimido|carabina|rifle nitro piston|chumbera|escopeta",
            "Gamo=Big Cat,Shadow,Hunter 440,Black Bear,P900|"
            "Hatsan=Striker,Mod 125,AT44|"
            "Crosman=Phantom,Optimus|-Fox=SR1000,B12|Diana=34,Panther 21|Mahely=Deluxe",
            "calibre 4.5,5.5,6.35|ms 200,250,305,380",
            "con mira 4x32|nitro|culata sintética|madera|igt|con estuche|pcp|chumbos",
            weight=1.0,
            used=0.2,
            restricted=True,
            coloured=False,
        ),
        family(
            "réplica de arma",
            "Airsoft y réplicas",
            "pistola|airsoft|réplica|revólver|marcadora|pistola co2|arma",
            "KWC=M92,1911,Taurus 24/7|Umarex=Glock 17,Beretta PX4,Walther PPQ|"
            "Gamo=PT-85,PR-776,P25|-ASG=CZ75,Dan Wesson|Crosman=C11,DPMS|"
            "-Galaxy=G15,G6",
            "calibre 4.5,6|fps 280,300,350,400",
            "blowback|co2|full metal|corredera metálica|balines|garrafas|a resorte|6mm",
            weight=1.0,
            used=0.12,
            restricted=True,
            coloured=False,
        ),
        family(
            "defensa personal",
            "Seguridad personal",
            "gas pimienta|taser|manopla|bastón extensible|picana|nunchaku|daga",
            "Sabre=Red,Pocket|-Genérico=TW-1101,800 Type,Type 105|"
            "Smith & Wesson=CKSUR,HRT|"
            "Nato=Police,Magnum|Cold Steel=Recon,Kukri|-Fury",
            "ml 50,60,110|cm 15,18,20,53,65",
            "táctico|con funda|autodefensa|recargable|policial|acero|con linterna",
            weight=0.9,
            used=0.05,
            restricted=True,
            coloured=False,
        ),
        family(
            "pileta",
            "Piletas",
            "pileta|pileta de lona|piscina|pelopincho|pileta inflable|alberca",
            "Pelopincho=1043,1055,1084,2070|Bestway=Steel Pro,Fast Set|"
            "Intex=Easy Set,Metal|"
            "-Sol de Verano=3000|-Yess|+Igui",
            "litros 500,800,1000,1200,2000,2700,3500,4000,6500,10000",
            "estructural|con bomba|inflable|rectangular|lona reforzada|con filtro",
            oversize=2000,
        ),
    ),
    "Juguetes y música": (
        family(
            "lanzador de juguete",
            "Lanzadores de juguete",
            "lanzador|pistola de agua|pistola nerf|pistola de juguete|pistola hidrogel",
            "+Nerf=Elite 2.0,Fortnite,Mega,Commander|X-Shot=Fury 4,Excel|"
            "-Genérico=Gel Blaster|"
            "Hasbro=Super Soaker|-Ditoys=Dardos|Faydi=Agua",
            "dardos 6,8,12,20,30",
            "con dardos|gomaespuma|automática|hidrogel|recargable|con mira|niños",
        ),
        family(
            "muñeca",
            "Muñecas y peluches",
            "muñeca|peluche|bebote|casita de muñecas|muñeco|figura de acción",
            "+Barbie=Fashionista,Dreamhouse,Extra|Casita de Muñecas=Bebote|-Genérico|"
            "Disney=Frozen,Stitch,Elsa|Funny Land|Hasbro=Baby Alive,My Little Pony|"
            "-Duravit",
            "cm 15 60 5",
            "articulada|con accesorios|canta|original|soft|nena|coleccionable|con ropa",
        ),
        family(
            "bloques",
            "Juegos de mesa y bloques",
            "bloques|lego|rompecabezas|juego de mesa|rasti|puzzle|ladrillos",
            "+Lego=City,Technic,Star Wars,Classic|Rasti=Motobox,Junior|"
            "Ruibal=TEG,Burako|"
            "-Genérico|Hasbro=Monopoly,Jenga|Toyco=Carrera de Mente|-Blocky=Casa",
            "piezas 50,100,250,500,700,1000",
            "didáctico|encastre|niños|familiar|coleccionable|madera|en caja",
        ),
        family(
            "guitarra",
            "Instrumentos musicales",
            "guitarra|guitarra criolla|bajo|ukelele|teclado|guitarra eléctrica|órgano",
            "+Fender=Stratocaster,Squier,CD-60|Gracia=M1,M3|+Gibson=Les Paul,SG|"
            "Yamaha=C40,F310,PSR-E373|-Parquer=Custom|Casio=CT-S100,SA-76|-Texas|"
            "Fonseca",
            "teclas 32,49,61,88|cuerdas 4,6,12",
            "clásica|con funda|acústica|electroacústica|principiante|combo|sensitivo",
            used=0.28,
        ),
        family(
            "libro",
            "Libros",
            "libro|novela|manual|colección|libro de texto|cómic|manga",
            "Planeta=El Código Da Vinci,Harry Potter,Dune|"
            "Sudamericana=Cien Años de Soledad,"
            "Rayuela,Mafalda|Santillana=Matemática 3,Lengua 1|Ivrea=Naruto,One Piece|"
            "-Kapelusz=Biología,Historia 2|Alfaguara=La Ciudad y los Perros",
            "tomo 1,2,3,4,5,7|año 1985,1998,2005,2010,2015,2021",
            "tapa dura|bolsillo|ilustrado|edición especial|autor|completo|escolar",
            weight=1.4,
            used=0.35,
            coloured=False,
        ),
    ),
}
