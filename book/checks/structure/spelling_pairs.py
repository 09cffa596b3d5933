"""Words that have two spellings."""

# ruff: noqa: SIM905 (words read best as words)
from __future__ import annotations

NEVER_IZE = frozenset(
    """adv superv rev dev prev telev improv comprom prom prem dem surm exerc exc inc circumc prec imprec conc advert expert treat pract malpract chast franch enfranch disenfranch merchand
    parad surpr enterpr compr appr repr appra reappra desp disgu gu bru cru pra dispra ra fundra upra lia mala chem ar r sunr moonr upr cont tra bra an val cer marqu mort tort porpo turquo po
    no deno equipo counterpo overadv misadv vi cr ir pen metropol trell""".split()
)
"""What stands before -ise in words that are never spelt with -ize: advise, exercise, surprise."""
NEVER_ISE = frozenset("s res outs overs unders downs ups caps supers mids pr appr misappr se ma ba ass gla".split())
"""What stands before -ize in words that are never spelt with -ise: size, capsize, prize, seize."""

_OUR = "behaviour colour favour honour labour neighbour rumour harbour humour endeavour flavour vapour vigour rigour odour armour saviour savour parlour candour".split()
_ENDINGS = ("", "s", "ed", "ing", "al", "able", "ite", "less", "ful", "hood", "ly", "ally", "ers", "er", "ably")
_OTHERS = """centre center|centres centers|centred centered|metre meter|metres meters|kilometre kilometer|kilometres kilometers|theatre theater|theatres theaters|fibre fiber|fibres fibers|
litre liter|litres liters|analyse analyze|analysed analyzed|analysing analyzing|catalyse catalyze|catalysed catalyzed|paralyse paralyze|paralysed paralyzed|defence defense|defences defenses|offence offense|offences offenses|
grey gray|labelled labeled|labelling labeling|modelled modeled|modelling modeling|travelled traveled|travelling traveling|cancelled canceled|cancelling canceling|signalled signaled|signalling signaling|
channelled channeled|levelled leveled|fuelled fueled|fuelling fueling|catalogue catalog|catalogues catalogs|ageing aging|sceptical skeptical|scepticism skepticism|sceptic skeptic|mould mold|
manoeuvre maneuver|manoeuvres maneuvers|aluminium aluminum|enrol enroll|fulfil fulfill|fulfilment fulfillment|instalment installment|skilful skillful|tyre tire|plough plow|cosy cozy|
programme's program's|counsellor counselor|traveller traveler|jewellery jewelry|paediatric pediatric|anaemia anemia|oestrogen estrogen|haemoglobin hemoglobin|artefact artifact|artefacts artifacts"""
_MEANING = {"tyre", "programme's", "enrol", "metre", "metres"}
"""Whose American spelling is another word in British English."""

BRITISH: dict[str, str] = {
    word + ending: word.replace("our", "or") + ending for word in _OUR for ending in _ENDINGS
} | {
    british: american
    for british, american in (pair.split() for pair in _OTHERS.replace("\n", "").split("|"))
    if british not in _MEANING
}
"""British spellings, each with the American one."""
AMERICAN: dict[str, str] = {american: british for british, american in BRITISH.items()}
"""American spellings, each with the British one."""

OPEN: dict[str, str] = {
    "data set": "dataset", "data sets": "datasets", "data base": "database", "data bases": "databases", "web site": "website", "web sites": "websites", "web page": "webpage",
    "time line": "timeline", "work flow": "workflow", "work flows": "workflows", "life cycle": "lifecycle", "policy maker": "policymaker", "policy makers": "policymakers",
    "policy making": "policymaking", "decision maker": "decisionmaker", "time frame": "timeframe", "time frames": "timeframes", "battle field": "battlefield", "supply-chains": "supply chains",
    "data frame": "dataframe", "data frames": "dataframes", "side note": "sidenote", "foot note": "footnote", "choke point": "chokepoint", "choke points": "chokepoints",
}  # fmt: skip
"""Words written apart that many write as one."""

CLOSED: tuple[tuple[str, str], ...] = (
    ("acknowledgement", "acknowledgment"), ("judgement", "judgment"), ("adviser", "advisor"), ("advisers", "advisors"), ("focussed", "focused"), ("focussing", "focusing"),
    ("appendices", "appendixes"),
)  # fmt: skip
"""Words with two spellings that both belong to British English."""

NOT_ONE_WORD = frozenset(
    """reform reforms reformed recover recovers recovered resign resigns resigned recreation recreate recreates recreated coop coops resent represent represents represented relay relays release
    releases released reserve reserves reserved resort resorts resorted retreat retreats react reacts prefix remark remarks remarked restore restored recollect recount recounts redress
    remove moved research resolve resolves resolved resolving resolution relive repose repress request review reviews reviewed reaction reactions reserve reside retrain retract return
    unionized multiply""".split()
)
"""Words that mean another thing without the hyphen."""

GERMAN: tuple[tuple[str, str], ...] = (
    ("daß", "dass"), ("muß", "muss"), ("mußte", "musste"), ("läßt", "lässt"), ("bißchen", "bisschen"), ("Prozeß", "Prozess"), ("Einfluß", "Einfluss"), ("Schluß", "Schluss"),
    ("Photographie", "Fotografie"), ("Graphik", "Grafik"), ("Graphiken", "Grafiken"), ("graphisch", "grafisch"), ("graphische", "grafische"), ("Potential", "Potenzial"), ("Potentiale", "Potenziale"),
    ("potentiell", "potenziell"), ("Biographie", "Biografie"), ("Typographie", "Typografie"), ("aufwendig", "aufwändig"), ("selbständig", "selbstständig"), ("Delphin", "Delfin"), ("substantiell", "substanziell"),
    ("existentiell", "existenziell"), ("differentiell", "differenziell"), ("Orthographie", "Orthografie"), ("Geographie", "Geografie"), ("Demographie", "Demografie"), ("demographisch", "demografisch"),
    ("demographische", "demografische"), ("Mikrophon", "Mikrofon"), ("Megaphon", "Megafon"), ("Telephon", "Telefon"), ("telephonisch", "telefonisch"), ("Stengel", "Stängel"), ("Missverständniß", "Missverständnis"), ("Email", "E-Mail"), ("Emails", "E-Mails"),
)  # fmt: skip
"""German words in two spellings, the older one first."""
