"""Words that belong to no family: units, colours, and how sellers speak."""

from ._family import alternatives

# How a unit is written; {} is the value.
UNITS: dict[str, tuple[str, ...]] = {
    "litros": ("{} litros", "{} lts", "{}l", "{} L", "{}lt"),
    "ml": ("{} ml", "{}ml", "x{}ml", "{} cc"),
    "kg": ("{} kg", "{}kg", "{} kilos", "{} kgs"),
    "g": ("{} g", "{}g", "{} gr", "x{}gr"),
    "mg": ("{} mg", "{}mg", "{}"),
    "cm": ("{} cm", "{}cm", "{} cms", "{}"),
    "mm": ("{} mm", "{}mm", "{}"),
    "m": ("{} m", "{}m", "{} metros", "{} mts"),
    "pulgadas": ("{} pulgadas", '{}"', "{} pulg", "{}''", "{}"),
    "medida": ("{}", "{}", "de {}", "medida {}"),
    "frigorias": ("{} frigorías", "{} frig", "{}f", "{}fg", "{}"),
    "w": ("{} w", "{}w", "{} watts"),
    "v": ("{} v", "{}v", "{} volts"),
    "amp": ("{} amp", "{}a", "{}amp"),
    "hp": ("{} hp", "{}hp"),
    "rpm": ("{} rpm", "{}rpm"),
    "mah": ("{} mah", "{}mah", "{}"),
    "gb": ("{} gb", "{}gb", "{} gigas", "{}g"),
    "ram": ("{} gb ram", "{}gb ram", "{} ram", "ram {}gb"),
    "disco": ("{} ssd", "ssd {}gb", "{}gb", "disco {}"),
    "mp": ("{} mp", "{}mp", "{} megapixeles"),
    "hz": ("{} hz", "{}hz"),
    "dpi": ("{} dpi", "{}dpi"),
    "ppm": ("{} ppm", "{}ppm"),
    "fps": ("fps {}", "{} fps", "{}fps"),
    "ms": ("{} m/s", "{}m/s"),
    "calibre": ("cal {}", "{}", "calibre {}", "{} mm", "{}mm"),
    "lumenes": ("{} lumenes", "{} lm"),
    "grados": ("{} grados", "{}°"),
    "talle": ("talle {}", "t {}", "{}", "n° {}", "talles {}"),
    "numero": ("n° {}", "nro {}", "numero {}", "n{}"),
    "rodado": ("rodado {}", "r{}", "r {}", "rod {}"),
    "velocidades": ("{} velocidades", "{}v", "{} vel", "{} cambios"),
    "año": ("{}", "{}", "año {}"),
    "años": ("{} años", "{}"),
    "tomo": ("tomo {}", "{}", "vol {}"),
    "plazas": ("{} plazas", "{} plaza", "{}pl"),
    "personas": ("{} personas", "{} pers", "para {}"),
    "cuerpos": ("{} cuerpos", "{} c", "{}c"),
    "puertas": ("{} puertas", "{}p"),
    "hornallas": ("{} hornallas", "{}h"),
    "escalones": ("{} escalones", "{} esc", "{} peldaños"),
    "piezas": ("{} piezas", "x{}", "{} pzas", "set x {}"),
    "unidades": ("x{}", "{} unidades", "pack x{}", "{}u", "x {} un"),
    "comprimidos": ("x{}", "{} comprimidos", "x {} comp", "{} caps"),
    "tiros": ("{} tiros", "{} disparos", "x{}"),
    "meses": ("{} meses", "{}m"),
    "dardos": ("{} dardos", "x{}"),
    "puffs": ("{} puffs", "{}", "{} pitadas"),
    "horas": ("{} horas", "{}hs"),
    "bares": ("{} bares", "{} bar"),
    "tazas": ("{} tazas", "{} pocillos"),
    "hilos": ("{} hilos", "{}h"),
    "luces": ("{} luces", "{}l"),
    "peines": ("{} peines", "{} guías"),
    "funciones": ("{} funciones", "{} en 1"),
    "aumentos": ("{}x", "x{}", "{} aumentos"),
    "rulemanes": ("{} rulemanes", "{} rul"),
    "teclas": ("{} teclas", "{}"),
    "cuerdas": ("{} cuerdas", "{}c"),
}

COLOURS = alternatives(
    "negro blanco gris azul rojo verde rosa marrón beige plateado celeste dorado "
    "violeta bordó naranja amarillo natural negra blanca roja turquesa",
    " ",
)

FILLERS = alternatives(
    "envío gratis|oferta|original|nuevo|12 cuotas|oferta!!|garantía|"
    "6 cuotas sin interés|"
    "envíos a todo el país|factura a|local|gtía oficial|cuotas|promo|stock|caba|"
    "ahora 12|"
    "hot sale|entrega inmediata|full|consultar stock|palermo|la plata|rosario|córdoba|"
    "mejor precio|distribuidor oficial|super oferta|liquidación|retiro en persona|"
    "único|imperdible|mercado envíos|zona norte|el mejor|cyber|c/ envío|efectivo"
)

NEW_PHRASES = alternatives(
    "nuevo|nueva|sellado|en caja|a estrenar|sin uso|garantía oficial|caja cerrada|0km|"
    "nuevo en caja|garantía 12 meses|nuevo sin uso|tienda oficial|"
    "último modelo"
)

# The first few are what people say first; the rest is where the label hides.
USED_PHRASES = alternatives(
    "usado|muy buen estado|usada|excelente estado|impecable|poco uso|como nuevo|"
    "buen estado|funcionando|segunda mano|a reparar|sin caja|detalle estético|igual a "
    "nuevo|con detalles|para repuesto|permuto|único dueño|leer descripción|2010|"
    "reacondicionado|anda perfecto|tal cual foto|no funciona|marcas de uso|seminuevo|"
    "por mudanza|vendo|no prende|rayado|10 puntos|2da mano|antiguo|por viaje|"
    "para restaurar|retro|leer bien|service al día|una joya|9/10|de colección|liquido|"
    "falla|sin cargador|escucho ofertas|año 2012|solo retiro|mínimo uso"
)

# What a seller of new things says too.
ALSO_SAID_OF_NEW = alternatives(
    "impecable|leer descripción|sin caja|detalle estético|liquido|retro|10 puntos|"
    "outlet|solo retiro|vendo|de colección|detalle en caja|por mudanza|2010|"
    "una joya|reacondicionado|escucho ofertas|antiguo|como nuevo"
)

COPY_PHRASES = alternatives(
    "aaa|símil original|réplica|1:1|triple a|clon|top quality|g5|tipo original|"
    "réplica aaa|calidad aaa|1.1"
)

# Honest of a cheap brand, telling of an expensive one.
CHEAP_PHRASES = alternatives(
    "importado|calidad premium|x mayor|premium|símil|importada|con caja|1ra calidad|"
    "por mayor|excelente calidad|ideal regalo|alta calidad|2x1|línea premium|"
    "revendedores|"
    "económico|primera calidad|oportunidad|lote|brasilero|mayorista|súper precio|"
    "calidad superior|directo de fábrica|inspirado|increíble precio|ganga|feria"
)
