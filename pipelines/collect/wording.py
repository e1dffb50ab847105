"""What a person reads about collecting: every Swedish sentence of this phase, in one place."""

from __future__ import annotations

from datetime import datetime

# --- answers that cannot be read, or not all of them -------------------------------------------------------------

NOT_A_FEED = "Svaret är inget flöde: varken RSS, Atom eller RDF."
NOT_A_FEED_BUT_A_PAGE = "Svaret är en webbsida, inget flöde."
NOT_POLISEN = "Svaret är ingen lista med polishändelser."
NOT_MASTODON = "Svaret är ingen lista med inlägg från Mastodon."
NOT_UNDERSTOOD = "Innehållet är varken ett flöde, polishändelser eller inlägg från Mastodon."
EMPTY_FILE = "Filen är tom."
CUT_OFF = "Svaret är avbrutet mitt i; det som gick att läsa är hämtat."
FEED_CUT_OFF = "Flödet slutar mitt i; det som gick att läsa är hämtat."


def not_from(name: str) -> str:
    return f"Svaret har inte den form som {name} brukar ge."


def unreadable_items(count: int) -> str:
    return "En post gick inte att läsa." if count == 1 else f"{count} poster gick inte att läsa."


def short_answer(count: int, expected: int) -> str:
    return f"Svaret hade bara {count} händelser; det brukar vara minst {expected}."


# --- an address that someone wants to add ------------------------------------------------------------------------

NO_ADDRESS = "Skriv en webbadress, till exempel https://bloggen.example/feed."
HOLDS_LOGIN = (
    "Adressen innehåller ett användarnamn eller ett lösenord. Källor som kräver inloggning läggs in av den som sköter "
    "systemet."
)
HOLDS_KEY = (
    "Adressen ser ut att innehålla en nyckel som bara ägaren ska känna till. Sådana källor läggs in av den som sköter "
    "systemet."
)


def there_already(name: str) -> str:
    return f"Adressen bevakas redan som {name}."


# --- no answer, or none of use -----------------------------------------------------------------------------------

EMPTY = "Svaret är tomt, fast källan säger att allt är som det ska."
TIMEOUT = "Källan svarade inte i tid."
NO_CONNECTION = "Det gick inte att få kontakt med källan."
UNKNOWN_HOST = "Webbplatsens namn finns inte, eller går inte att slå upp just nu."
FORBIDDEN_ADDRESS = "Adressen leder till den egna datorn eller det lokala nätet, som inte får frågas."
BAD_ADDRESS = "Adressen går inte att använda."
BAD_CERTIFICATE = "Webbplatsens certifikat går inte att lita på."
BROKEN_ANSWER = "Svaret bröts av eller var skadat."
UNREADABLE_BODY = "Svaret är packat på ett sätt som inte går att läsa."
TOO_MANY_REDIRECTS = "Källan skickar oss vidare gång på gång utan att svara."
BAD_REDIRECT = "Källan skickar oss vidare till en adress som inte går att använda."

_STATUSES = {
    401: "Källan kräver inloggning (401).",
    403: "Källan nekar oss åtkomst (403).",
    404: "Adressen finns inte (404).",
    410: "Källan är borttagen för gott (410).",
    429: "Källan tycker att vi frågar för ofta (429).",
}


def refused(status: int, *, waits: bool) -> str:
    if status == 503 and waits:
        return "Källan är tillfälligt stängd och säger när vi kan återkomma (503)."
    if status >= 500:
        return f"Källan har ett fel hos sig ({status})."
    return _STATUSES.get(status, f"Källan svarade med ett oväntat besked ({status}).")


def declined(provider: str, code: str) -> str:
    return f"{provider} avvisade frågan ({code})." if code else f"{provider} avvisade frågan."


def busy(provider: str) -> str:
    return f"{provider} har för mycket att göra just nu och ber oss återkomma."


def refused_key(provider: str) -> str:
    return f"{provider} godtar inte vår nyckel."


def too_large(limit: int) -> str:
    return f"Svaret är större än {limit / 1_000_000:g} MB, som är det mesta vi tar emot.".replace(".", ",", 1)


# --- what single sources say of themselves ---------------------------------------------------------------------------

X_NO_CREDITS = "Pengarna på kontot hos X är slut (402)."
X_CAPPED = "Taket för hur många inlägg vi får läsa på X den här månaden är nått (429)."
X_NO_CREDITS_REMEDY = "Fyll på kontot hos X eller höj taket där, eller sätt enabled = false för källan {id}."
QUOTA_SPENT = "Dagens kvot hos YouTube är slut; den fylls på vid midnatt i Kalifornien."
LOGIN_EXPIRED = "Inloggningen gällde inte längre; vi loggar in på nytt nästa gång."
NO_SESSION = "Inloggningen gav inget svar som går att använda."
ACCOUNT_CLOSED = "Kontot som vi loggar in med är avstängt."
GRAPH_OVERLOADED = "Meta tycker att vi frågar för ofta."
GRAPH_NOT_ALLOWED = "Nyckeln får inte läsa det som källan frågar efter."
GRAPH_NOT_ALLOWED_REMEDY = (
    "Kontrollera hos Meta att nyckeln hör till sidan eller kontot och har behörigheterna som behövs för källan {id}."
)
GRAPH_UNKNOWN = "Sidan eller kontot finns inte, eller syns inte för vår nyckel."


def rejected_key(code: str) -> str:
    return f"Nyckeln är fel, indragen eller för gammal ({code})."


def other_version(asked: str, answered: str) -> str:
    return f"Meta svarade med version {answered} av sitt gränssnitt i stället för {asked}."


# --- what is said of entries that say little themselves ----------------------------------------------------------


TEXT_NOT_KEPT = "Källans villkor låter oss inte spara texten. Läs den hos källan."


def rated(stars: int, place: str) -> str:
    return f"Betyg {stars} av 5: {place}"


def review(place: str) -> str:
    return f"Omdöme: {place}"


def warning(headline: str) -> str:
    return f"VMA: {headline}"


def map_note(*, solved: bool) -> str:
    return "Notis på kartan, löst" if solved else "Notis på kartan"


ROBOTS = "Webbplatsen ber program att inte läsa sidan (robots.txt)."
BUSY_HOST = "Webbplatsen frågas av andra källor just nu; sidan får vänta."

# --- budgets -----------------------------------------------------------------------------------------------------


def requests_spent(limit: int) -> str:
    return f"Dagens {limit} frågor är slut. Källan frågas igen i morgon, eller när budgeten har höjts."


def money_spent(limit: float, renewed: datetime) -> str:
    return f"Månadens {_dollars(limit)} är slut. Källan frågas igen {renewed:%Y-%m-%d}, eller när budgeten har höjts."


def requests_nearly_spent(used: int, limit: int) -> str:
    return f"{used} av dagens {limit} frågor är använda."


def money_nearly_spent(used: float, limit: float) -> str:
    return f"{_dollars(used)} av månadens {_dollars(limit)} är använda."


def _dollars(amount: float) -> str:
    return f"{amount:.2f} dollar".replace(".", ",", 1)


REQUESTS_REMEDY = (
    "Källan når inte dagens slut. Höj every_minutes för {id} i sources.toml, så att den frågas mer sällan, "
    "eller höj budget.requests_per_day, om leverantören tillåter fler frågor."
)
MONEY_REMEDY = (
    "Källan når inte månadens slut. Höj every_minutes för {id} i sources.toml, så att den frågas mer sällan, "
    "gör sökningen smalare eller höj budget.usd_per_month."
)

# --- Issues ------------------------------------------------------------------------------------------------------


def failing(name: str, reason: str) -> str:
    return f"{name}: {_lower(reason)}"


FAILING_REMEDY = (
    "Kontrollera adressen i sources.toml och pröva källan med «mediebevakning collect --source {id}». "
    "Går felet inte över: sätt enabled = false, eller byt till en annan källa."
)
RATE_REMEDY = "Höj every_minutes för källan {id} i sources.toml, så att den frågas mer sällan."
GONE_REMEDY = "Ta bort källan {id} ur sources.toml, eller ge den en ny adress. Den frågas inte igen."


def worn_out(name: str, reason: str) -> str:
    return f"{name} har inte svarat som den ska på länge och frågas nu bara en gång om dygnet. Senast: {_lower(reason)}"


def spoiled(name: str, problems: tuple[str, ...]) -> str:
    return f"{name}: {_lower(' '.join(problems))}"


SPOILED_REMEDY = (
    "Titta på källans flöde. Går felet inte över har källan troligen ändrat form: "
    "rätta adressen eller familjen för {id} i sources.toml."
)


def moved(name: str) -> str:
    return f"{name} har flyttat till en ny adress."


def moved_remedy(source_id: str, host: str) -> str:
    return f"Byt adressen för {source_id} i sources.toml till den nya, på {host}. Tills dess följer vi med dit."


def missing_secret(variable: str) -> str:
    return f"Källan har ingen nyckel: variabeln {variable} är inte satt."


def missing_secret_remedy(variable: str) -> str:
    return f"Sätt {variable}, eller {variable}_FILE med en fil som innehåller nyckeln, och starta om."


def wrong_secret_remedy(variables: tuple[str, ...]) -> str:
    return f"Kontrollera {' och '.join(variables)}: nyckeln kan vara fel, indragen eller för gammal."


def internal_fault(error: str) -> str:
    return f"Internt fel ({error})."


def fault(name: str) -> str:
    return f"{name}: ett fel i programmet gjorde att källan inte kunde läsas. De andra källorna är hämtade som vanligt."


FAULT_REMEDY = "Anmäl felet med raderna om källan {id} ur loggen. Sätt enabled = false för den tills felet är rättat."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
