"""The words that the site adds to what its author wrote, by language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from book.languages import primary
from book.sources.catalogues import catalogue


@dataclass(frozen=True, slots=True)
class SiteWords:
    """Headings on the first page."""

    abstract: str
    """Above the abstract."""
    keywords: str
    """Before the keywords."""
    cite: str
    """Above the words to cite the thesis with."""


SITE = {
    "en": SiteWords("Abstract", "Keywords", "How to cite"),
    "de": SiteWords("Zusammenfassung", "Schlagwörter", "Zitiervorschlag"),
    "es": SiteWords("Resumen", "Palabras clave", "Cómo citar"),
    "fr": SiteWords("Résumé", "Mots-clés", "Pour citer cette thèse"),
    "it": SiteWords("Sommario", "Parole chiave", "Come citare"),
    "nl": SiteWords("Samenvatting", "Trefwoorden", "Citeren als"),
    "pl": SiteWords("Streszczenie", "Słowa kluczowe", "Jak cytować"),
    "pt": SiteWords("Resumo", "Palavras-chave", "Como citar"),
    "ru": SiteWords("Аннотация", "Ключевые слова", "Как цитировать"),
    "uk": SiteWords("Анотація", "Ключові слова", "Як цитувати"),
}


def site_words(language: str) -> SiteWords:
    """Give the words of a language given as a BCP 47 tag; English where we have none, and no catalogue has."""
    known = SITE.get(primary(language), SITE["en"])
    return known if primary(language) in SITE else replace(known, abstract=catalogue(language).get("Abstract", known.abstract))


@dataclass(frozen=True, slots=True)
class EditionWords:
    """What controls and pages say that the site adds."""

    origin: str
    """On the control beside a table or a figure."""
    code: str
    """Before the code of a cell."""
    data: str
    """Before data, and title of their page."""
    modules: str
    """Before files of code in the thesis."""
    tools: str
    """Before names and versions of programs."""
    claims: str
    """Before claims."""
    download: str
    """Before files to take away."""
    cell: str
    """Before a cell's number."""
    line: str
    """Before a line's number."""
    finding: str
    """A recorded result."""
    findings: str
    """Title of the page of recorded results."""
    value: str
    """Above values."""
    unit: str
    """Before a unit."""
    recorded: str
    """Before the cell that recorded a finding."""
    used: str
    """Before the places that print a finding."""
    holds: str
    """Of a claim whose condition is true."""
    broken: str
    """Of a claim whose condition is not true."""
    lists: str
    """Title of the page with the lists of tables and figures."""
    tables: str
    """Above the list of tables."""
    figures: str
    """Above the list of figures."""
    reproducibility: str
    """Title of the page on how to rerun the thesis."""
    edition: str
    """Above the pages that the site adds."""
    version: str
    """Before a version."""
    licence: str
    """Before a licence."""
    sources: str
    """Before where data come from."""
    field: str
    """Above names of fields."""
    kind: str
    """Above types of fields."""
    description: str
    """Above descriptions."""
    file: str
    """Above names of files."""
    restricted: str
    """Of data that are not given away."""
    stand_in: str
    """Of synthetic data in the place of restricted ones."""
    elsewhere: str
    """Of data that are too large for the site."""
    commit: str
    """Before the commit of the sources."""
    state: str
    """Before the digest of all sources."""
    rerun: str
    """Above the commands that build the thesis."""
    runs: str
    """Above the list of runs."""
    counts: str
    """Above the numbers of words."""
    cite: str
    """On the control that shows how to cite a page."""
    close: str
    """On the control that closes what was opened."""


_EDITION = {
    "en": EditionWords(
        origin="How this was made", code="Code", data="Data", modules="Modules", tools="Tools", claims="Claims",
        download="Download", cell="Cell", line="line", finding="Finding", findings="Findings and claims",
        value="Value", unit="Unit", recorded="Recorded by", used="Used in", holds="holds", broken="does not hold",
        lists="Tables and figures", tables="Tables", figures="Figures", reproducibility="Reproducibility",
        edition="About this edition", version="Version", licence="Licence", sources="Sources", field="Field",
        kind="Type", description="Description", file="File", restricted="Restricted: not published",
        stand_in="synthetic stand-in", elsewhere="not carried by this site", commit="Commit",
        state="State of the sources", rerun="How to rerun", runs="Runs", counts="Words", cite="Cite this page",
        close="Close",
    ),
    "de": EditionWords(
        origin="Wie dies entstand", code="Code", data="Daten", modules="Module", tools="Werkzeuge",
        claims="Behauptungen", download="Herunterladen", cell="Zelle", line="Zeile", finding="Ergebnis",
        findings="Ergebnisse und Behauptungen", value="Wert", unit="Einheit", recorded="Festgehalten von",
        used="Verwendet in", holds="gilt", broken="gilt nicht", lists="Tabellen und Abbildungen", tables="Tabellen",
        figures="Abbildungen", reproducibility="Reproduzierbarkeit", edition="Zu dieser Ausgabe", version="Version",
        licence="Lizenz", sources="Quellen", field="Feld", kind="Typ", description="Beschreibung", file="Datei",
        restricted="Nicht öffentlich", stand_in="synthetischer Ersatz", elsewhere="nicht Teil dieser Website",
        commit="Commit", state="Stand der Quellen", rerun="Nachrechnen", runs="Läufe", counts="Wörter",
        cite="Diese Seite zitieren", close="Schließen",
    ),
    "es": EditionWords(
        origin="Cómo se hizo", code="Código", data="Datos", modules="Módulos", tools="Herramientas",
        claims="Afirmaciones", download="Descargar", cell="Celda", line="línea", finding="Resultado",
        findings="Resultados y afirmaciones", value="Valor", unit="Unidad", recorded="Registrado por",
        used="Usado en", holds="se cumple", broken="no se cumple", lists="Tablas y figuras", tables="Tablas",
        figures="Figuras", reproducibility="Reproducibilidad", edition="Sobre esta edición", version="Versión",
        licence="Licencia", sources="Fuentes", field="Campo", kind="Tipo", description="Descripción", file="Archivo",
        restricted="Restringido: no publicado", stand_in="sustituto sintético", elsewhere="no incluido en este sitio",
        commit="Commit", state="Estado de las fuentes", rerun="Cómo reproducirlo", runs="Ejecuciones",
        counts="Palabras", cite="Citar esta página", close="Cerrar",
    ),
    "fr": EditionWords(
        origin="Comment cela a été fait", code="Code", data="Données", modules="Modules", tools="Outils",
        claims="Affirmations", download="Télécharger", cell="Cellule", line="ligne", finding="Résultat",
        findings="Résultats et affirmations", value="Valeur", unit="Unité", recorded="Enregistré par",
        used="Utilisé dans", holds="vérifiée", broken="non vérifiée", lists="Tableaux et figures", tables="Tableaux",
        figures="Figures", reproducibility="Reproductibilité", edition="À propos de cette édition", version="Version",
        licence="Licence", sources="Sources", field="Champ", kind="Type", description="Description", file="Fichier",
        restricted="Accès restreint, non publié", stand_in="substitut synthétique", elsewhere="absent de ce site",
        commit="Commit", state="État des sources", rerun="Comment refaire les calculs", runs="Exécutions",
        counts="Mots", cite="Citer cette page", close="Fermer",
    ),
    "it": EditionWords(
        origin="Come è stato fatto", code="Codice", data="Dati", modules="Moduli", tools="Strumenti",
        claims="Affermazioni", download="Scarica", cell="Cella", line="riga", finding="Risultato",
        findings="Risultati e affermazioni", value="Valore", unit="Unità", recorded="Registrato da", used="Usato in",
        holds="vale", broken="non vale", lists="Tabelle e figure", tables="Tabelle", figures="Figure",
        reproducibility="Riproducibilità", edition="Su questa edizione", version="Versione", licence="Licenza",
        sources="Fonti", field="Campo", kind="Tipo", description="Descrizione", file="File",
        restricted="Riservato: non pubblicato", stand_in="sostituto sintetico",
        elsewhere="non incluso in questo sito", commit="Commit", state="Stato dei sorgenti", rerun="Come rieseguire",
        runs="Esecuzioni", counts="Parole", cite="Cita questa pagina", close="Chiudi",
    ),
    "nl": EditionWords(
        origin="Hoe dit is gemaakt", code="Code", data="Gegevens", modules="Modules", tools="Gereedschap",
        claims="Beweringen", download="Downloaden", cell="Cel", line="regel", finding="Bevinding",
        findings="Bevindingen en beweringen", value="Waarde", unit="Eenheid", recorded="Vastgelegd door",
        used="Gebruikt in", holds="geldt", broken="geldt niet", lists="Tabellen en figuren", tables="Tabellen",
        figures="Figuren", reproducibility="Reproduceerbaarheid", edition="Over deze uitgave", version="Versie",
        licence="Licentie", sources="Bronnen", field="Veld", kind="Type", description="Beschrijving", file="Bestand",
        restricted="Beperkt: niet gepubliceerd", stand_in="synthetische vervanging", elsewhere="niet op deze site",
        commit="Commit", state="Stand van de bronnen", rerun="Opnieuw uitvoeren", runs="Uitvoeringen",
        counts="Woorden", cite="Deze pagina citeren", close="Sluiten",
    ),
    "pl": EditionWords(
        origin="Jak to powstało", code="Kod", data="Dane", modules="Moduły", tools="Narzędzia", claims="Twierdzenia",
        download="Pobierz", cell="Komórka", line="wiersz", finding="Wynik", findings="Wyniki i twierdzenia",
        value="Wartość", unit="Jednostka", recorded="Zapisane przez", used="Użyte w", holds="zachodzi",
        broken="nie zachodzi", lists="Tabele i rysunki", tables="Tabele", figures="Rysunki",
        reproducibility="Odtwarzalność", edition="O tym wydaniu", version="Wersja", licence="Licencja",
        sources="Źródła", field="Pole", kind="Typ", description="Opis", file="Plik",
        restricted="Ograniczone: nieopublikowane", stand_in="syntetyczny zamiennik",
        elsewhere="nie ma w tym serwisie", commit="Commit", state="Stan źródeł", rerun="Jak odtworzyć",
        runs="Uruchomienia", counts="Słowa", cite="Cytuj tę stronę", close="Zamknij",
    ),
    "pt": EditionWords(
        origin="Como foi feito", code="Código", data="Dados", modules="Módulos", tools="Ferramentas",
        claims="Afirmações", download="Baixar", cell="Célula", line="linha", finding="Resultado",
        findings="Resultados e afirmações", value="Valor", unit="Unidade", recorded="Registado por", used="Usado em",
        holds="verifica-se", broken="não se verifica", lists="Tabelas e figuras", tables="Tabelas", figures="Figuras",
        reproducibility="Reprodutibilidade", edition="Sobre esta edição", version="Versão", licence="Licença",
        sources="Fontes", field="Campo", kind="Tipo", description="Descrição", file="Ficheiro",
        restricted="Restrito: não publicado", stand_in="substituto sintético", elsewhere="não incluído neste site",
        commit="Commit", state="Estado das fontes", rerun="Como reproduzir", runs="Execuções", counts="Palavras",
        cite="Citar esta página", close="Fechar",
    ),
    "ru": EditionWords(
        origin="Как это получено", code="Код", data="Данные", modules="Модули", tools="Инструменты",
        claims="Утверждения", download="Скачать", cell="Ячейка", line="строка", finding="Результат",
        findings="Результаты и утверждения", value="Значение", unit="Единица", recorded="Записано в",
        used="Используется в", holds="выполняется", broken="не выполняется", lists="Таблицы и рисунки",
        tables="Таблицы", figures="Рисунки", reproducibility="Воспроизводимость", edition="Об этом издании",
        version="Версия", licence="Лицензия", sources="Источники", field="Поле", kind="Тип", description="Описание",
        file="Файл", restricted="Ограничено: не опубликовано", stand_in="синтетическая замена",
        elsewhere="нет на этом сайте", commit="Коммит", state="Состояние исходников", rerun="Как воспроизвести",
        runs="Запуски", counts="Слова", cite="Цитировать эту страницу", close="Закрыть",
    ),
    "uk": EditionWords(
        origin="Як це отримано", code="Код", data="Дані", modules="Модулі", tools="Інструменти", claims="Твердження",
        download="Завантажити", cell="Комірка", line="рядок", finding="Результат",
        findings="Результати та твердження", value="Значення", unit="Одиниця", recorded="Записано в",
        used="Використано в", holds="виконується", broken="не виконується", lists="Таблиці та рисунки",
        tables="Таблиці", figures="Рисунки", reproducibility="Відтворюваність", edition="Про це видання",
        version="Версія", licence="Ліцензія", sources="Джерела", field="Поле", kind="Тип", description="Опис",
        file="Файл", restricted="Обмежено: не опубліковано", stand_in="синтетична заміна",
        elsewhere="немає на цьому сайті", commit="Коміт", state="Стан джерел", rerun="Як відтворити", runs="Запуски",
        counts="Слова", cite="Цитувати цю сторінку", close="Закрити",
    ),
}  # fmt: skip


def edition_words(language: str) -> EditionWords:
    """Give what controls and pages say in a language given as a BCP 47 tag; English where we have none."""
    return _EDITION.get(language.replace("_", "-").split("-")[0].lower(), _EDITION["en"])
