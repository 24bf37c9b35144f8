"""The replica's words: invented news of invented people, made from a seed."""

from random import Random

PLACES = {
    "benin": ("Benin", "Cotonou"),
    "burkina-faso": ("Burkina Faso", "Ouagadougou"),
    "cabo-verde": ("Cabo Verde", "Praia"),
    "cote-divoire": ("Côte d’Ivoire", "Abidjan"),
    "ghana": ("Ghana", "Accra"),
    "guinea": ("Guinea", "Conakry"),
    "guinea-bissau": ("Guinea-Bissau", "Bissau"),
    "liberia": ("Liberia", "Monrovia"),
    "mali": ("Mali", "Bamako"),
    "niger": ("Niger", "Niamey"),
    "nigeria": ("Nigeria", "Abuja"),
    "senegal": ("Senegal", "Dakar"),
    "sierra-leone": ("Sierra Leone", "Freetown"),
    "the-gambia": ("The Gambia", "Banjul"),
    "togo": ("Togo", "Lomé"),
    "": ("West Africa", "Abuja"),
}
PEOPLE = (
    "Adaeze Okonjo", "Kwabena Mensah-Osei", "Fatoumata Diarra", "Ibrahim Salou", "Mariama Bah",
    "João Semedo", "Awa N’Diaye", "Koffi Agbeko", "Samuel Kpandeh", "Lamin Ceesay",
    "Élodie Houngbo", "Tunde Abiola-Cole", "Hélène Ouédraogo", "Musa Danjuma-Bello",
)  # fmt: skip
OFFICES = ("the foreign minister", "the special envoy", "the commission’s president",
           "the ambassador", "the head of the delegation", "the minister of trade")  # fmt: skip
SUBJECTS = ("border markets", "a joint fisheries patrol", "the coastal road", "vaccine storage",
            "visa rules for students", "the power pool", "grain reserves", "customs data",
            "the transition calendar", "river transport", "mobile money fees")  # fmt: skip
VERBS = ("sign accord on", "reopen talks on", "agree timetable for", "disagree over",
         "welcome pledge on", "review progress of", "postpone vote on")  # fmt: skip
ENGLISH = (
    "{person}, {office}, told reporters in {city} that {subject} would be settled “within weeks, not months”.",
    "Delegations from {number} countries met in {city} to compare notes on {subject}.",
    "“We came with a mandate and we leave with a text,” {person} said after the session.",
    "The draft, seen by this desk, puts the cost of {subject} at {number} million dollars over three years.",
    "Officials in {city} said the earlier understanding on {subject} had never been published.",
    "Traders at the {city} terminal welcomed the news but asked when the fees would fall.",
    "A technical committee is to report to heads of state before the end of the rainy season.",
    "{person} called the meeting useful, adding that {country}’s position had not moved.",
    "No date was given; an adviser who asked not to be named spoke of “a few weeks’ patience”.",
    "The two sides had last met on {subject} {number} months ago, in {city}.",
    "Under the plan, {country} would host the secretariat and pay a tenth of its budget.",
    "Civil-society groups say {subject} should be put before parliament first.",
)
FRENCH = (
    "{person} a déclaré à {city} que le dossier « avance au rythme convenu » entre les parties.",
    "Les délégations de {number} pays se sont réunies à {city} pour examiner le projet d’accord.",
    "Selon le communiqué final, le coût est estimé à {number} millions de dollars sur trois ans.",
    "Aucune date n’a été fixée ; les experts doivent remettre leur rapport avant l’hivernage.",
    "À l’issue de la rencontre, {person} s’est dit confiant quant à la suite des discussions.",
)
PORTUGUESE = (
    "{person} afirmou em {city} que as negociações avançam e que a decisão será tomada em breve.",
    "As delegações de {number} países reuniram-se em {city} para discutir o projeto de acordo.",
    "De acordo com o comunicado, o custo é de {number} milhões de dólares em três anos.",
    "Não foi marcada nenhuma data; a comissão técnica apresentará o relatório antes das chuvas.",
)
SENTENCES = {"en": ENGLISH, "fr": FRENCH, "pt": PORTUGUESE}
CROSSHEADS = {
    "en": ("What was agreed", "Who pays for it", "Reactions in the region", "What comes next"),
    "fr": ("Ce qui a été convenu", "Réactions dans la région", "La suite"),
    "pt": ("O que foi acordado", "Reações na região", "Próximos passos"),
}
TAGS = ("accords", "border", "commission", "envoys", "fisheries", "power pool", "summit", "trade")


def headline(random: Random, place: str, language: str) -> str:
    country, city = PLACES[place]
    subject = random.choice(SUBJECTS)
    if language == "fr":
        return f"{country} : les discussions sur un nouvel accord reprennent à {city}"
    if language == "pt":
        return f"{country} retoma negociações em {city} após {random.randint(2, 9)} meses"
    other = random.choice([name for name, _ in PLACES.values() if name != country])
    return f"{country}, {other} {random.choice(VERBS)} {subject}"


def sentence(random: Random, place: str, language: str) -> str:
    country, city = PLACES[place]
    return random.choice(SENTENCES[language]).format(
        person=random.choice(PEOPLE),
        office=random.choice(OFFICES),
        subject=random.choice(SUBJECTS),
        country=country,
        city=city,
        number=random.randint(2, 60),
    )


def paragraph(random: Random, place: str, language: str) -> str:
    return " ".join(sentence(random, place, language) for _ in range(random.randint(1, 3)))


SMALL_PRINT = "Views in this article are its writers’ own. Tell the editors what is wrong in it."
