"""Countries as prose names them beside their names: demonyms, capitals, other cities, short names.

Written for this site, 2026-11-23: what CLDR (Babel) lacks, in English, French and Portuguese.
A row: ISO 3166-1 alpha-2 | names that CLDR has otherwise | demonyms | capitals | other cities
that news is datelined from. Demonyms that French and Portuguese write small are written small,
and match with a capital too; "~" stands for any ending of a word.
"""

from typing import NamedTuple

_TABLE = """
BJ|Benin Republic, Republic of Benin, République du Bénin|Beninese, Beninois, béninois~, beninense~|Porto-Novo|Cotonou, Parakou, Abomey
BF|Burkina, Burkina-Faso|Burkinabe, Burkinabé, Burkinabè, burkinabé~, burkinabè~, burquinense~, burquinabê~|Ouagadougou|Bobo-Dioulasso, Djibo, Kaya
CV|Cabo Verde, Cap Vert, Cape Verde|Cabo Verdean~, Cape Verdean~, Capeverdean~, cap-verdien~, cabo-verdian~|Praia, Cidade da Praia|Mindelo
CI|Ivory Coast, Côte d'Ivoire, Cote d'Ivoire, Cote D'Ivoire, Côte D'Ivoire, Cote dIvoire|Ivorian~, Ivoirian~, ivoirien~, marfinense~, ebúrne~|Yamoussoukro|Abidjan, Bouaké
GM|The Gambia, République de Gambie|Gambian~, gambien~, gambian~|Banjul|Serekunda
GH|Republic of Ghana|Ghanaian~, ghanéen~, ganês, ganesa, ganeses, ganesas|Accra, Acra|Kumasi, Tamale, Takoradi, Tema
GN|Guinée Conakry, Guinée-Conakry, Guinea Conakry, Guinea-Conakry, Guiné-Conacri, Guiné Conacri|Guinean~, guinéen~, guineano~, guineana~|Conakry, Conacri|Kankan, Nzérékoré
GW|Guinea Bissau, Guinée Bissau, Guiné Bissau|Bissau-Guinean~, Bissau Guinean~, bissau-guinéen~, bissau-guineense~, guineense~|Bissau|Bafatá
LR||Liberian~, libérien~, liberian~|Monrovia, Monróvia|Buchanan
ML|Republic of Mali|Malian~, malien~, malian~, maliano~, maliana~|Bamako, Bamaco|Gao, Kidal, Timbuktu, Tombouctou, Mopti, Kayes
MR||Mauritanian~, mauritanien~, mauritan~|Nouakchott, Nuaquechote|Nouadhibou
NE|Niger Republic, Republic of Niger, République du Niger|Nigerien, Nigeriens, Nigérien, nigérien, nigériens, nigérienne, nigériennes, nigerino~, nigerina~|Niamey, Niamei|Agadez, Zinder, Maradi, Diffa, Tillabéri
NG|Federal Republic of Nigeria, Nigéria|Nigerian, Nigerians, nigérian, nigérians, nigériane, nigérianes, nigeriano~, nigeriana~|Abuja|Lagos, Kano, Kaduna, Maiduguri, Port Harcourt, Enugu, Ibadan, Jos, Sokoto, Benin City, Calabar, Minna, Katsina, Makurdi, Lokoja, Ilorin, Abeokuta, Akure, Owerri, Umuahia, Asaba, Yola, Bauchi, Gombe, Uyo, Yenagoa, Awka, Abakaliki, Lafia, Birnin Kebbi, Gusau, Jalingo, Damaturu, Osogbo
SN|Republic of Senegal|Senegalese, sénégalais~, senegalês, senegaleses, senegalesa, senegalesas|Dakar, Dacar|Thiès, Saint-Louis, Ziguinchor, Touba, Kaolack
SL||Sierra Leonean~, Leonean~, sierra-léonais~, léonais~, serra-leonês, serra-leoneses|Freetown|Kenema, Makeni
TG|Togolese Republic|Togolese, togolais~, togolês, togoleses, togolesa~|Lomé, Lome|Kara, Sokodé
DZ||Algerian~, algérien~, argelino~, argelina~|Algiers, Alger, Argel|Oran
AO||Angolan~, angolais~, angolano~, angolana~|Luanda|Benguela, Huambo
BW||Botswanan~, Motswana, Batswana|Gaborone|
BI||Burundian~, burundais~|Gitega|Bujumbura
CM||Cameroonian~, camerounais~, camaronês, camaroneses|Yaoundé, Yaounde, Iaundé|Douala, Bamenda, Maroua
CF|RCA|Central African Republic's, centrafricain~|Bangui|
TD||Chadian~, tchadien~, chadiano~, chadiana~|N'Djamena, Ndjamena, N'djamena|
KM||Comorian~, comorien~|Moroni|
CD|DR Congo, DRC, D.R. Congo, Democratic Republic of Congo, Democratic Republic of the Congo, Congo-Kinshasa, RDC, RD Congo, République démocratique du Congo, República Democrática do Congo, RD do Congo||Kinshasa, Quinxassa|Goma, Bukavu, Lubumbashi, Bunia, Kisangani
CG|Republic of Congo, Republic of the Congo, Congo Republic, Congo Brazzaville, République du Congo||Brazzaville, Brazavile|Pointe-Noire
DJ||Djiboutian~, djiboutien~||
EG||Egyptian~, égyptien~, egípcio~, egípcia~|Cairo, Le Caire|Alexandria, Sharm el-Sheikh
GQ||Equatorial Guinean~, Equatoguinean~, équato-guinéen~, equato-guineense~|Malabo|Bata
ER||Eritrean~, érythréen~, eritreu, eritreia|Asmara|
SZ|Swaziland|Swazi, Swazis|Mbabane|
ET||Ethiopian~, éthiopien~, etíope~|Addis Ababa, Addis-Abeba, Adis Abeba|Mekelle
GA||Gabonese, gabonais~, gabonês, gaboneses|Libreville|Port-Gentil
KE||Kenyan~, kényan~, queniano~, queniana~|Nairobi, Nairóbi|Mombasa, Kisumu
LS||Basotho, Mosotho|Maseru|
LY||Libyan~, libyen~, líbio~, líbia~|Tripoli|Benghazi
MG||Malagasy, malgache~|Antananarivo|
MW||Malawian~, malawien~|Lilongwe|Blantyre
MU||Mauritian~, mauricien~|Port Louis, Port-Louis|
MA||Moroccan~, marocain~, marroquino~, marroquina~|Rabat|Casablanca, Marrakech, Marrakesh, Tangier
MZ||Mozambican~, mozambicain~, moçambicano~, moçambicana~|Maputo|Pemba, Beira
NA||Namibian~, namibien~|Windhoek|
RW||Rwandan~, rwandais~, ruandês, ruandeses|Kigali|
ST|Sao Tome and Principe, Sao Tome, São Tomé|Sao Tomean~, São Tomean~, santoméen~, são-tomense~|São Tomé|
SC||Seychellois||
SO||Somali, Somalis, somalien~, somaliano~|Mogadishu, Mogadiscio|Kismayo, Baidoa
ZA||South African~, sud-africain~, sul-africano~, sul-africana~|Pretoria, Pretória|Johannesburg, Cape Town, Durban, Joburg
SS||South Sudanese, sud-soudanais~, sul-sudanês|Juba|
SD||Sudanese, soudanais~, sudanês, sudaneses|Khartoum, Cartum|Port Sudan, El Fasher
TZ||Tanzanian~, tanzanien~, tanzaniano~|Dodoma|Dar es Salaam, Dar Es Salaam, Arusha, Zanzibar
TN||Tunisian~, tunisien~, tunisino~, tunisina~|Tunis|Sfax
UG||Ugandan~, ougandais~, ugandês, ugandeses|Kampala|Entebbe
ZM||Zambian~, zambien~|Lusaka|
ZW||Zimbabwean~, zimbabwéen~|Harare|Bulawayo
EH|Sahrawi Republic|Sahrawi, Sahrawis, sahraoui~||
AF||Afghan, Afghans, afghan~|Kabul, Kaboul, Cabul|Kandahar
AL||Albanian~, albanais~|Tirana|
AR||Argentine, Argentines, Argentinian~, argentin~|Buenos Aires|
AM||Armenian~, arménien~|Yerevan, Erevan|
AU||Australian~, australien~, australiano~|Canberra|Sydney, Melbourne
AT||Austrian~, autrichien~, austríaco~|Vienna, Vienne, Viena|
AZ||Azerbaijani, Azerbaijanis|Baku|
BH||Bahraini, Bahrainis|Manama|
BD||Bangladeshi, Bangladeshis|Dhaka|
BY||Belarusian~, biélorusse~|Minsk|
BE||Belgian~, belge, belges, belga, belgas||Brussels, Bruxelles, Bruxelas, Antwerp
HK|Hong Kong|Hongkonger~||
BO||Bolivian~, bolivien~|La Paz|
BA|Bosnia|Bosnian~|Sarajevo|
BR||Brazilian~, brésilien~, brasileiro~, brasileira~|Brasília, Brasilia|Rio de Janeiro, São Paulo, Sao Paulo, Belém
BG||Bulgarian~, bulgare~, búlgaro~|Sofia|
KH||Cambodian~|Phnom Penh|
CA||Canadian~, canadien~, canadense~|Ottawa|Toronto, Montreal, Montréal, Vancouver
CL||Chilean~, chilien~||Santiago
CN|People's Republic of China|Chinese, chinois~, chinês, chineses, chinesa, chinesas|Beijing, Pékin, Pequim|Shanghai, Guangzhou
CO||Colombian~, colombien~, colombiano~|Bogotá, Bogota|
CR||Costa Rican~||
HR||Croatian~, croate~|Zagreb|
CU||Cuban, Cubans, cubain~, cubano~|Havana, La Havane|
CY||Cypriot~, chypriote~|Nicosia|
CZ|Czech Republic|Czech, Czechs, tchèque~|Prague|
DK||Danish, Dane, Danes, danois~, dinamarquês|Copenhagen, Copenhague|
EC||Ecuadorian~, équatorien~|Quito|
EE||Estonian~|Tallinn|
FI||Finnish, Finn, Finns, finlandais~, finlandês|Helsinki|
FR||Frenchman, Frenchmen, French, français~, francês, franceses, francesa, francesas|Paris|Marseille, Lyon, Strasbourg, Toulouse
GE||Georgian, Georgians, géorgien~|Tbilisi, Tbilissi|
DE||German, Germans, allemand~, alemão, alemães, alemã|Berlin, Berlim|Munich, Frankfurt, Hamburg, Bonn
GR||Greek, Greeks|Athens, Athènes, Atenas|
HT||Haitian~, haïtien~, haitiano~|Port-au-Prince|
HU||Hungarian~, hongrois~|Budapest|
IS||Icelandic|Reykjavik|
IN||Indian, Indians, indien~|New Delhi, Nova Deli|Delhi, Mumbai, Bengaluru, Kolkata
ID||Indonesian~, indonésien~|Jakarta|Bali
IR||Iranian~, iranien~, iraniano~|Tehran, Téhéran, Teerã, Teerão|
IQ||Iraqi, Iraqis, irakien~, iraquiano~|Baghdad, Bagdad|Erbil, Basra
IE|Republic of Ireland|Irish|Dublin|
IL||Israeli, Israelis, israélien~, israelita~, israelense~||Jerusalem, Jérusalem, Jerusalém, Tel Aviv
IT||Italian~, italien~, italiano~, italiana~|Rome, Roma|Milan, Naples
JM||Jamaican~|Kingston|
JP||Japanese, japonais~, japonês, japoneses|Tokyo, Tóquio|Osaka, Yokohama, Hiroshima
JO||Jordanian~, jordanien~, jordaniano~|Amman|
KZ||Kazakh, Kazakhs|Astana|Almaty
KP|DPRK|North Korean~, nord-coréen~|Pyongyang|
KR|Republic of Korea|South Korean~, sud-coréen~, sul-coreano~|Seoul, Séoul, Seul|Busan
KW||Kuwaiti, Kuwaitis, koweïtien~|Kuwait City|
LB||Lebanese, libanais~, libanês, libaneses|Beirut, Beyrouth, Beirute|
LV||Latvian~|Riga|
LT||Lithuanian~|Vilnius|
MY||Malaysian~|Kuala Lumpur|
MV||Maldivian~||
MT||Maltese|Valletta|
MX||Mexican~, mexicain~, mexicano~|Mexico City|
MD||Moldovan~|Chisinau|
MN||Mongolian~|Ulaanbaatar|
ME||Montenegrin~|Podgorica|
MM|Burma, Birmanie|Burmese, birman~|Naypyidaw|Yangon
NP||Nepali, Nepalis, Nepalese|Kathmandu|
NL|Holland, Pays-Bas|Dutch, néerlandais~, holandês, holandeses|Amsterdam|The Hague, La Haye, Haia, Rotterdam
NZ||New Zealander~, néo-zélandais~||Auckland
NI||Nicaraguan~|Managua|
NO||Norwegian~, norvégien~, norueguês|Oslo|
OM||Omani, Omanis|Muscat|
PK||Pakistani, Pakistanis, pakistanais~|Islamabad|Karachi, Lahore, Peshawar
PS|Palestine, State of Palestine, Gaza, Gaza Strip, West Bank, Cisjordanie|Palestinian~, palestinien~, palestino~, palestina~|Ramallah|Gaza City, Rafah
PA||Panamanian~|Panama City|
PG|Papua-Nova Guiné|Papua New Guinean~|Port Moresby|
PY||Paraguayan~|Asunción|
PE||Peruvian~, péruvien~||
PH||Filipino, Filipinos, Philippine|Manila|
PL||Polish, Pole, Poles, polonais~, polonês, polaco~|Warsaw, Varsovie, Varsóvia|
PT||Portuguese, portugais~, português, portugueses, portuguesa, portuguesas|Lisbon, Lisbonne, Lisboa|Porto, Coimbra
QA||Qatari, Qataris, qatari~|Doha|
RO||Romanian~, roumain~, romeno~|Bucharest|
RU|Russian Federation|Russian~, russe~, russo, russos, russa, russas|Moscow, Moscou, Moscovo|Saint Petersburg, St. Petersburg, St Petersburg, Sochi, Vladivostok
SA||Saudi, Saudis, saoudien~, saudita~|Riyadh, Riyad, Riade|Jeddah, Djeddah, Mecca
RS||Serbian~, Serb, Serbs, serbe~|Belgrade|
SG||Singaporean~||
SK||Slovak, Slovaks, Slovakian~|Bratislava|
SI||Slovenian~|Ljubljana|
ES||Spanish, Spaniard~, espagnol~, espanhol, espanhóis, espanhola~|Madrid, Madri|Barcelona, Seville, Las Palmas
LK||Sri Lankan~|Colombo|
SE||Swedish, Swede, Swedes, suédois~, sueco~|Stockholm|
CH||Swiss, suisse~, suíço~, suíça~|Bern|Geneva, Genève, Genebra, Davos, Zurich
SY||Syrian~, syrien~, sírio~, síria~|Damascus, Damas, Damasco|Aleppo
TW||Taiwanese, taïwanais~|Taipei|
TH||Thai, Thais, thaïlandais~|Bangkok|
TT|Trinidad|Trinidadian~||
TR|Turkey, Turkiye|Turkish, Turk, Turks, turc, turcs, turque, turques, turco, turcos|Ankara, Ancara|Istanbul, Antalya
AE|UAE, Emirates|Emirati, Emiratis, émirati~|Abu Dhabi, Abou Dhabi|Dubai, Dubaï, Sharjah
UA||Ukrainian~, ukrainien~, ucraniano~, ucraniana~|Kyiv, Kiev|Kharkiv, Odesa, Lviv
GB|UK, U.K., Britain, Great Britain, Northern Ireland, Irlande du Nord, Irlanda do Norte, England, Scotland, Wales, Grande-Bretagne, Grã-Bretanha|British, Briton, Britons, britannique~, britânico~, britânica~|London, Londres|Manchester, Birmingham, Belfast, Glasgow
US|US, U.S., USA, U.S.A., United States of America, EUA, Etats-Unis|American, Americans, américain~, americano~, americana~|Washington, Washington DC, Washington D.C.|New York, Houston, Atlanta, Los Angeles, Chicago
UY||Uruguayan~|Montevideo|
UZ||Uzbek, Uzbeks|Tashkent|
VA|Vatican, Holy See, Saint-Siège, Santa Sé||Vatican City|
VE||Venezuelan~, vénézuélien~, venezuelano~|Caracas|
VN||Vietnamese, vietnamien~, vietnamita~|Hanoi, Hanói|Ho Chi Minh City
YE||Yemeni, Yemenis, yéménite~, iemenita~|Sanaa, Sana'a|Aden
DO||||Santo Domingo
GY||Guyanese||
GD||Grenadian~||
BB||Barbadian~|Bridgetown|
"""


class Country(NamedTuple):
    """How prose names a country beside its name."""

    code: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...]  # with "~" where any ending follows
    capitals: tuple[str, ...]
    cities: tuple[str, ...]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


COUNTRIES = tuple(
    Country(code, *map(_parts, cells))
    for code, *cells in (line.split("|") for line in _TABLE.strip().splitlines())
)


def words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())


# Names that are people's, too, and what may stand beside them where a country is meant.
PEOPLE_HAVE = words_of(
    "Jordan Chad Israel Georgia Paris Washington London Sofia Vienna Holland Scotland Wales "
    "England Ireland Berlin Rome Malta Kingston Cuba Jamaica Lebanon Cairo Juba"
)
BEFORE = words_of(
    "In From To For With And But The Of At By As On Near Across Inside While When If After Before "
    "Since Between Against Neighbouring Neighboring Why How Both Like Unlike Also Is Are Will Can "
    "Does Did Has Visiting Around Beyond Into Over Under Through Northern Southern Eastern Western "
    "North South East West Central That This Its Today Yesterday Meanwhile However Elsewhere "
    "En Au Aux De Du La Le Les Pour Avec Et Selon Dans Em Na No A O E Do Da Para Com Segundo "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
)
BEHIND = words_of(
    "Defence Defense Prime President King Queen Valley River Government Parliament Army Police "
    "Ministry Minister Foreign National Football Cup Olympic Republic Airlines Airways Embassy "
    "High Central Supreme Summit And Today Monday Tuesday Wednesday Thursday Friday Saturday "
    "Sunday January February March April May June July August September October November December "
    "Interior Finance Ambassador Basin Consulate Pact Accord Declaration Communique Conference "
    "Security Air Court State Senate House Peace Times Post Bureau Office Rifles Premier FA "
    "Africa Nations World Cross Red Civil Human Rights"
)
BIRD = words_of(
    "price prices farm farms farmer farmers meat dinner breast eggs sandwich sandwiches poults "
    "producers sellers flock flocks feed"
)
# Words that tell one country from another where the name alone does not.
CUES = {
    "CD": words_of(
        "Kinshasa Goma Bukavu Tshisekedi Kabila Kivu Ituri DRC RDC Katanga Lubumbashi M23"
    ),
    "CG": words_of("Brazzaville Sassou Nguesso Pointe"),
    "US": words_of("Atlanta Savannah Kemp Fulton Macon Raffensperger Warnock Ossoff"),
    "GE": words_of("Tbilisi Georgian Georgians Abkhazia Ossetia Batumi Tbilissi"),
}

# Names that two countries share: what else an article says decides.
SHARED = dict.fromkeys(("Congo", "Congolese", "congolais", "congolaise", "congolaises", "congolês", "congoleses", "congolesa", "Congolais"), "CD|CG")  # fmt: skip

# Names that hold a country's name and are no evidence of it; with a code, they are of another.
NOT_THE_COUNTRY = {
    "Gulf of Guinea": "", "golfe de Guinée": "", "Golfo da Guiné": "", "Guinea fowl": "",
    "Guinea worm": "", "guinea pig": "", "New Guinea": "", "Nova Guiné": "", "Nouvelle-Guinée": "",
    "Portuguese Guinea": "GW", "Spanish Guinea": "GQ", "French Guinea": "GN",
    "Guinea-worm": "", "Guinea pepper": "",
    "Niger Delta": "NG", "Delta du Niger": "NG", "delta du Niger": "NG", "Delta do Níger": "NG",
    "delta do Níger": "NG", "Niger State": "NG", "Niger state": "NG", "Minna, Niger": "NG",
    "Niger Deltan": "NG", "Niger East": "NG", "Niger North": "NG", "Niger South": "NG",
    "Niger River": "", "River Niger": "", "Niger Bridge": "NG", "Niger Basin": "", "fleuve Niger": "",
    "rio Níger": "", "Niger Basin Authority": "", "Office du Niger": "ML",
    "State of Niger": "NG", "Niger Governor": "NG", "Congo River": "", "Congo Basin": "",
    "River Congo": "", "fleuve Congo": "", "bassin du Congo": "", "Bacia do Congo": "",
    "rio Congo": "", "Benin City": "NG", "Bight of Benin": "", "Benin Bronze": "",
    "Benin Bronzes": "", "University of Benin": "NG", "Oba of Benin": "NG", "Kingdom of Benin": "NG",
    "Benin Kingdom": "NG", "baie du Bénin": "",
    "Lake Chad": "", "Lac Tchad": "", "lac Tchad": "", "Lago Chade": "", "Lago Tchad": "",
    "Georgia Tech": "US", "South Georgia": "", "Georgia state": "US", "state of Georgia": "US",
    "Atlanta, Georgia": "US", "Georgia, US": "US", "Savannah, Georgia": "US", "Georgia Senate": "US",
    "New Mexico": "US", "New Jersey": "US", "Washington State": "US", "George Washington": "",
    "Denzel Washington": "", "Washington Post": "", "Paris Agreement": "", "Paris Club": "",
    "Accord de Paris": "", "accord de Paris": "", "Acordo de Paris": "", "Club de Paris": "",
    "Paris Hilton": "", "Paris Saint-Germain": "FR", "Dakar Rally": "", "Rallye Dakar": "",
    "Panama Papers": "", "Panama hat": "", "Panama-flagged": "", "Bretton Woods": "",
    "Liberia-flagged": "", "Liberian-flagged": "", "Malta-flagged": "",
    "Latin American": "", "Latin Americans": "", "Latin America": "", "South American": "",
    "South America": "", "North American": "", "North America": "", "Central American": "",
    "African American": "US", "African Americans": "US", "African-American": "US",
    "African-Americans": "US", "Pan-American": "", "Inter-American Development Bank": "",
    "American Samoa": "AS", "Amérique latine": "", "British Virgin Islands": "VG",
    "US Virgin Islands": "VI", "French Guiana": "GF", "French Polynesia": "PF", "West Indian": "",
    "West Indians": "", "Indian Ocean": "", "océan Indien": "", "American Indian": "US",
    "German shepherd": "", "Turkish delight": "", "Chinese New Year": "", "French-speaking": "",
    "Portuguese-speaking": "", "Spanish-speaking": "", "English-speaking": "", "in French": "",
    "in Portuguese": "", "in Spanish": "", "in Russian": "", "French language": "",
    "Portuguese language": "", "speaks French": "", "speak French": "", "French speakers": "",
    "Brazil nut": "", "Indian Hemp": "", "Dutch disease": "", "Swiss Army knife": "",
    "Central African": "", "West African CFA": "", "Ghana Must Go": "", "Ghana-Must-Go": "",
    "Equatorial Guinea": "GQ", "Dominican Republic": "DO", "République dominicaine": "DO",
    "República Dominicana": "DO", "Holy See": "VA", "Russian roulette": "",
    "Roman Catholic": "", "Portuguese man": "", "Scotland Yard": "GB", "Bank of America": "",
    "Treaty of Rome": "", "Rome Statute": "", "Statut de Rome": "", "Estatuto de Roma": "",
    "Vienna Convention": "", "Vienna Conventions": "", "Geneva Convention": "",
    "Geneva Conventions": "", "Congo Square": "", "Nova Lisboa": "AO",
    "Air Jordan": "", "Tel Aviv": "IL", "Abuja Treaty": "",
    "Malabo Protocol": "", "Maputo Protocol": "", "Lomé Convention": "", "Cotonou Agreement": "",
    "Accord de Cotonou": "", "Kyoto Protocol": "", "Minsk agreements": "", "Lagos de Moreno": "MX",
    "Little Rome": "", "New London": "US", "East London": "", "London Stock Exchange": "GB",
}  # fmt: skip
