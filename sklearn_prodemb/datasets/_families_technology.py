"""The families of technology: phones, computers, pictures and sound."""

from ._family import family

TECHNOLOGY = {
    "Celulares": (
        family(
            "celular",
            "Celulares y smartphones",
            "celular|smartphone|teléfono|celular libre|equipo",
            "Samsung=Galaxy A14,Galaxy A34,Galaxy A54,Galaxy S22,J7 Prime|"
            "Motorola=Moto G32,Moto G54,Moto E13,Edge 30,Moto G9|"
            "+Apple=iPhone 8,iPhone 11,iPhone 12,iPhone 13,iPhone SE|"
            "Xiaomi=Redmi 9,Redmi Note 12,Poco X5|-TCL=20E,30 SE|-Alcatel=1B,3X|"
            "LG=K22,K41",
            "gb 32,64,128,256|ram 2,4,6,8",
            "libre|doble sim|cámara 50mp|liberado|4g|5g|pantalla amoled",
            weight=2.2,
            used=0.3,
        ),
        family(
            "funda de celular",
            "Fundas para celulares",
            "funda|carcasa|case|estuche celular|cover|protector",
            "Samsung=Galaxy A14,Galaxy A34,Galaxy A54,Galaxy S22,J7 Prime|"
            "Motorola=Moto G32,Moto G54,Moto E13,Edge 30,Moto G9|"
            "iPhone=8,11,12,13,SE|Xiaomi=Redmi 9,Redmi Note 12,Poco X5",
            "unidades 1,2",
            "silicona|tpu|antigolpes|magsafe|transparente|anillo|flip|reforzada",
            weight=1.5,
            used=0,
        ),
        family(
            "vidrio templado",
            "Films y vidrios",
            "vidrio templado|film|glass|vidrio 9d|protector de pantalla|hidrogel",
            "Samsung=Galaxy A14,Galaxy A34,Galaxy A54,Galaxy S22|"
            "Motorola=Moto G32,Moto G54,Moto E13,Edge 30|iPhone=8,11,12,13,SE|"
            "Xiaomi=Redmi 9,Redmi Note 12,Poco X5",
            "unidades 1,2,3",
            "full glue|9h|cubre cámara|antiespía|borde negro|colocación",
            used=0,
            coloured=False,
        ),
        family(
            "cargador",
            "Cargadores y baterías portátiles",
            "cargador|power bank|cargador portátil|batería externa|cable usb",
            "Samsung|+Apple|-Only|Motorola|+Anker|Xiaomi|-Kosmo|Soul|Baseus",
            "mah 5000,10000,20000,30000|w 10,15,20,25,33,65",
            "carga rápida|tipo c|inalámbrico|turbo|doble usb|lightning",
            used=0.03,
        ),
        family(
            "reloj inteligente",
            "Smartwatches",
            "smartwatch|reloj inteligente|smart band|pulsera inteligente|reloj gps",
            "+Apple=Watch SE,Watch Series 8,Watch Ultra|Xiaomi=Mi Band 7,Amazfit Bip|"
            "Samsung=Galaxy Watch 4,Galaxy Fit|+Garmin=Forerunner 55,Fenix 6|"
            "-Genérico=T500,D20,W26|Huawei=Band 7,Watch GT",
            "mm 38,40,41,44,45,46",
            "bluetooth|ritmo cardíaco|sumergible|notificaciones|malla extra|deportivo",
            copied=True,
        ),
        family(
            "auriculares",
            "Auriculares",
            "auriculares|auricular inalámbrico|audífonos|cascos|in ear|headset",
            "+Apple=AirPods 2,AirPods Pro,AirPods Max|+JBL=Tune 510,Wave 200,Tune 125|"
            "+Sony=WH-CH520,WF-C500|Xiaomi=Redmi Buds 3,Airdots|-Noga=Twins 5,X-2670|"
            "+Bose=QC45,Sport|-Genérico=I12,I9S,P9,Pro 4|Philips",
            "horas 4,6,8,20,30",
            "bluetooth|cancelación de ruido|con micrófono|plegable|manos libres|tws",
            weight=2.0,
            used=0.08,
            copied=True,
        ),
    ),
    "Televisión y audio": (
        family(
            "televisor",
            "Televisores",
            "smart tv|televisor|tv led|tele|pantalla|led smart",
            "+Samsung|+LG|Philips|-Noblex|TCL|-RCA|BGH|Hisense|+Sony|Philco",
            "pulgadas 24,32,39,40,42,43,50,55,58,60,65,70,75",
            "4k|uhd|full hd|android tv|google tv|qled|hdr|netflix|bluetooth",
            weight=1.8,
            oversize=55,
        ),
        family(
            "soporte de tv",
            "Soportes de TV",
            "soporte tv|brazo para tv|soporte de pared|rack tv|soporte móvil led",
            "Tagwood|-Iofi|Onebox|Brateck|-Genérico|Intelaid",
            "pulgadas 32,42,43,50,55,60,65,70,75|kg 15,25,30,45,60",
            "inclinable|extensible|fijo|vesa|doble brazo|giratorio|reforzado",
            used=0.04,
        ),
        family(
            "parlante",
            "Parlantes",
            "parlante|parlante bluetooth|bafle|barra de sonido|torre de sonido|woofer",
            "+JBL=Flip 6,Charge 5,Boombox,Go 3|+Sony=SRS-XB13,GTK|-Noga|-Stromberg|"
            "Panacom|+Bose=SoundLink,Solo|Philips|-Crown Mustang|Edifier",
            "pulgadas 4,6,8,10,12,15|w 5,10,20,30,100,300",
            "portátil|karaoke|luces led|potenciado|usb|con micrófono|sumergible",
            copied=True,
        ),
        family(
            "cámara",
            "Cámaras",
            "cámara|cámara digital|cámara de fotos|reflex|filmadora|cámara deportiva",
            "+Canon=T7,T6i,SX60,M50|+Nikon=D3500,D5300,P900,D90|"
            "+Sony=A6000,ZV-1,W800|GoPro=Hero 7,Hero 9|-Kodak=PixPro,C713|Panasonic",
            "mp 10,12,16,18,20,24",
            "lente 18-55|wifi|zoom óptico|con bolso|hd|kit|4k",
            used=0.35,
        ),
    ),
    "Computación": (
        family(
            "notebook",
            "Notebooks",
            "notebook|laptop|portátil|ultrabook|netbook|compu",
            "Lenovo=IdeaPad 3,ThinkPad T480,V15|HP=250 G8,Pavilion 15,14-dq|"
            "+Apple=MacBook Air,MacBook Pro|Dell=Inspiron 15,Latitude 5490,Vostro|"
            "Asus=VivoBook,X515,TUF F15|-Bangho=Max L4,Bes|-Exo=Smart,Cloud|"
            "Acer=Aspire 5",
            "gb 4,8,16,32|disco 240,256,480,512|pulgadas 11,13,14,15",
            "core i3|core i5|core i7|ryzen 5|celeron|windows 10|ssd|full hd",
            weight=1.5,
            used=0.3,
        ),
        family(
            "monitor",
            "Monitores",
            "monitor|monitor gamer|pantalla pc|monitor led|display",
            "+Samsung=Odyssey G3,F350|LG=UltraGear,22MK|Philips|Asus=VG249,TUF|"
            "-Kanji|Dell|ViewSonic|-Hyundai|AOC",
            "pulgadas 19,20,22,24,27,32|hz 60,75,144,165,240",
            "full hd|ips|curvo|hdmi|1ms|freesync|vesa",
            used=0.2,
        ),
        family(
            "teclado y mouse",
            "Teclados y mouses",
            "teclado|mouse|combo teclado y mouse|mouse gamer|teclado mecánico|ratón",
            "+Logitech=G203,K380,MX Master,G502|Redragon=Kumara,Cobra,Griffin|"
            "-Noga=Stormer,NKB|HyperX=Alloy,Pulsefire|Genius|-Netmak|"
            "+Razer=Viper,Basilisk",
            "dpi 1600,3200,6400,8000,12400",
            "rgb|inalámbrico|switch blue|retroiluminado|usb|español|óptico",
            used=0.08,
        ),
        family(
            "impresora",
            "Impresoras",
            "impresora|multifunción|impresora láser|impresora a color|escáner",
            "+Epson=L3250,L4260,XP-2101|HP=107w,Ink Tank 415,2775|Brother=1212W,T420|"
            "Canon=G3110|Samsung=ML-2165,M2020|-Pantum=P2509,2500W|Hasar",
            "ppm 8,15,20,22,30",
            "wifi|sistema continuo|ecotank|monocromática|usb|fotocopia|térmica",
            used=0.2,
        ),
        family(
            "tinta y tóner",
            "Insumos de impresión",
            "cartucho|tóner|tinta|toner alternativo|recarga|kit de tintas",
            "Epson=664,544,T504|HP=664,122,105A,85A|Brother=TN-1060,TN-450|"
            "-Global=GTC,Plus|Samsung=111S,101S|Pantum=PD-219",
            "ml 65,70,100,500",
            "negro|color|alternativo|compatible|original|xl|botella",
            used=0,
            coloured=False,
        ),
        family(
            "placa de video",
            "Componentes de PC",
            "placa de video|gpu|procesador|motherboard|memoria ram|fuente",
            "Nvidia=GTX 1650,RTX 3060,GTX 1060,RTX 4060|AMD=RX 580,RX 6600,Ryzen 5600G|"
            "+Asus=Prime B450,Dual|Gigabyte=A320M,Windforce|-Sentey|Corsair=Vengeance",
            "gb 4,6,8,12,16",
            "gddr6|ddr4|oc|dual fan|80 plus|am4|pci express",
            used=0.28,
            coloured=False,
        ),
        family(
            "disco",
            "Discos y almacenamiento",
            "disco ssd|disco rígido|disco externo|pendrive|memoria micro sd|ssd",
            "Kingston=A400,NV2,DataTraveler|WD=Green,Blue,Elements|"
            "Sandisk=Ultra,Cruzer|"
            "Seagate=Barracuda,Expansion|-Hiksemi=Wave|+Samsung=970 Evo,T7|Adata",
            "gb 16,32,64,120,240,480,500,1000",
            "sata|m.2|nvme|usb 3.0|2.5|clase 10|portátil",
            used=0.08,
            coloured=False,
        ),
    ),
    "Videojuegos": (
        family(
            "consola",
            "Consolas",
            "consola|play|playstation|consola retro|family game",
            "+Sony=PS3,PS4 Slim,PS4 Pro,PS5,PS2|Microsoft=Xbox One S,Xbox 360,Series S|"
            "Nintendo=Switch,Switch Lite,Wii,3DS|-Level Up=Cobra,Retro Box",
            "gb 120,500,825,1000",
            "con 2 joysticks|con juegos|standard|digital|con kinect|chipeada",
            used=0.4,
        ),
        family(
            "joystick",
            "Joysticks",
            "joystick|control|gamepad|mando|volante gamer",
            "+Sony=Dualshock 4,Dualsense,PS3,PS4|Microsoft=Xbox One,Series X,360|"
            "Nintendo=Joy-Con,Pro Controller|-Noga=NG-2100,Recon|"
            "Redragon=Harrow,Saturn|"
            "Logitech=F310,G29",
            "unidades 1,2",
            "inalámbrico|compatible pc|vibración|bluetooth|usb|camuflado",
            used=0.15,
            copied=True,
        ),
        family(
            "videojuego",
            "Videojuegos",
            "juego ps4|juego físico|videojuego|juego|juego switch|juego xbox",
            "+Sony=God of War,Gran Turismo 7,The Last of Us,Uncharted 4|"
            "EA=Fifa 22,Fifa 18,Need for Speed|Rockstar=GTA V,Red Dead Redemption 2|"
            "Nintendo=Mario Kart 8,Zelda,Pokemon|Activision=Call of Duty,Crash",
            "año 2010,2015,2018,2020,2022,2023",
            "ps4|ps5|físico|sellado|xbox|switch|en español",
            used=0.3,
            coloured=False,
        ),
    ),
}
