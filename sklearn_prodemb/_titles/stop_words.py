"""Function words that say nothing about a product, by language.

Words that turn a title's meaning round stay in: "sin" and "no" (Spanish), "sem" and
"não" (Portuguese), "without", "no" and "not" (English).
"""

from __future__ import annotations

SPANISH = """
a al algo algun alguna algunas alguno algunos ante antes aquel aquella aquellas
aquellos aqui asi aun aunque bajo cada como con contra cual cuales cuando cuyo de del
desde donde durante e el ella ellas ellos en entre era eran eres es esa esas ese eso
esos esta estan estas este esto estos fue ha han hasta hay la las le les lo los mas me
mi mientras mis mucho muchos muy nos nosotros nuestra nuestro o os otra otras otro otros
para pero por porque pues que quien se sea segun ser si sobre solo son su sus tal
tambien tan tanto te tiene tienen todo todos tras tu tus u un una unas uno unos usted y
ya yo
"""

PORTUGUESE = """
a ao aos aquela aquelas aquele aqueles aquilo as ate cada com como da das de dela delas
dele deles depois do dos e ela elas ele eles em entre era eram essa essas esse esses
esta estas este estes eu foi foram ha isso isto ja lhe lhes mais mas me mesmo meu meus
minha minhas muito muitos na nas nem no nos nossa nosso num numa o os ou para pela pelas
pelo pelos por qual quando que quem se seja ser seu seus so sob sobre sua suas tambem te
tem tu tua tuas um uma umas uns voce voces
"""

ENGLISH = """
a about after all also am an and any are as at be because been being both but by can
could did do does during each either for from had has have he her here hers him his how
i if in into is it its just may me more most my nor of on or other our ours own she so
some such than that the their theirs them then there these they this those through to
too until upon us very was we were what when where which while who whom why will with
would you your yours
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "es": frozenset(SPANISH.split()),
    "pt": frozenset(PORTUGUESE.split()),
    "en": frozenset(ENGLISH.split()),
    "basic": frozenset(),
}
