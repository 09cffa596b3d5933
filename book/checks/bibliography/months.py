"""What months and seasons are called."""

from __future__ import annotations

_NAMES = """
january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|november nov|december dec
januar jän jänner|februar|märz mär mrz|april|mai|juni|juli|august|september|oktober okt|november|dezember dez
janvier janv|février févr|mars|avril avr|mai|juin|juillet juil|août|septembre|octobre|novembre|décembre déc
enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago|septiembre|octubre|noviembre|diciembre dic
gennaio gen|febbraio|marzo|aprile|maggio mag|giugno giu|luglio lug|agosto|settembre set|ottobre ott|novembre|dicembre
januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december
janeiro|fevereiro fev|março|abril|maio|junho|julho|agosto|setembro|outubro out|novembro|dezembro
stycznia styczeń|lutego luty|marca marzec|kwietnia kwiecień|maja maj|czerwca czerwiec|lipca lipiec|sierpnia sierpień|września wrzesień|października październik|listopada listopad|grudnia grudzień
января январь|февраля февраль|марта март|апреля апрель|мая май|июня июнь|июля июль|августа август|сентября сентябрь|октября октябрь|ноября ноябрь|декабря декабрь
""".strip().splitlines()

MONTHS = {name: number for line in _NAMES for number, names in enumerate(line.split("|"), 1) for name in names.split()}
"""The number of a month by its name, in small letters, in ten languages."""

SEASONS = frozenset(
    [
        "spring",
        "summer",
        "autumn",
        "fall",
        "winter",
        "frühling",
        "frühjahr",
        "sommer",
        "herbst",
        "printemps",
        "été",
        "automne",
        "hiver",
        "primavera",
        "verano",
        "otoño",
        "invierno",
        "estate",
        "autunno",
        "inverno",
    ]
)
"""Names of seasons, in small letters."""
