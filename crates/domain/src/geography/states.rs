//! Subdivisions that addresses name, for the countries whose posts want them or whose shoppers expect to
//! choose them. Codes are those of ISO 3166-2 without the country, unless a list says otherwise.

/// The subdivisions of a country by its code; none where it has no list.
pub(super) fn of(country: &str) -> &'static [(&'static str, &'static str)] {
    match country {
        "US" => UNITED_STATES,
        "CA" => CANADA,
        "AU" => AUSTRALIA,
        "IN" => INDIA,
        "BR" => BRAZIL,
        "MX" => MEXICO,
        "MY" => MALAYSIA,
        "AR" => ARGENTINA,
        "JP" => JAPAN,
        "ES" => SPAIN,
        "IT" => ITALY,
        _ => &[],
    }
}

/// Countries whose addresses are incomplete without a subdivision.
pub(super) fn required(country: &str) -> bool {
    matches!(country, "US" | "CA" | "AU" | "IN" | "BR" | "MX" | "MY")
}

/// The states, the federal district, the territories and the armed forces’ pseudo-states of mail.
#[rustfmt::skip]
const UNITED_STATES: &[(&str, &str)] = &[
    ("AL", "Alabama"), ("AK", "Alaska"), ("AZ", "Arizona"), ("AR", "Arkansas"), ("CA", "California"),
    ("CO", "Colorado"), ("CT", "Connecticut"), ("DE", "Delaware"), ("DC", "District of Columbia"),
    ("FL", "Florida"), ("GA", "Georgia"), ("HI", "Hawaii"), ("ID", "Idaho"), ("IL", "Illinois"),
    ("IN", "Indiana"), ("IA", "Iowa"), ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana"),
    ("ME", "Maine"), ("MD", "Maryland"), ("MA", "Massachusetts"), ("MI", "Michigan"), ("MN", "Minnesota"),
    ("MS", "Mississippi"), ("MO", "Missouri"), ("MT", "Montana"), ("NE", "Nebraska"), ("NV", "Nevada"),
    ("NH", "New Hampshire"), ("NJ", "New Jersey"), ("NM", "New Mexico"), ("NY", "New York"),
    ("NC", "North Carolina"), ("ND", "North Dakota"), ("OH", "Ohio"), ("OK", "Oklahoma"),
    ("OR", "Oregon"), ("PA", "Pennsylvania"), ("RI", "Rhode Island"), ("SC", "South Carolina"),
    ("SD", "South Dakota"), ("TN", "Tennessee"), ("TX", "Texas"), ("UT", "Utah"), ("VT", "Vermont"),
    ("VA", "Virginia"), ("WA", "Washington"), ("WV", "West Virginia"), ("WI", "Wisconsin"),
    ("WY", "Wyoming"), ("AS", "American Samoa"), ("GU", "Guam"), ("MP", "Northern Mariana Islands"),
    ("PR", "Puerto Rico"), ("VI", "US Virgin Islands"), ("AA", "Armed Forces Americas"),
    ("AE", "Armed Forces Europe"), ("AP", "Armed Forces Pacific"),
];

#[rustfmt::skip]
const CANADA: &[(&str, &str)] = &[
    ("AB", "Alberta"), ("BC", "British Columbia"), ("MB", "Manitoba"), ("NB", "New Brunswick"),
    ("NL", "Newfoundland and Labrador"), ("NT", "Northwest Territories"), ("NS", "Nova Scotia"),
    ("NU", "Nunavut"), ("ON", "Ontario"), ("PE", "Prince Edward Island"), ("QC", "Quebec"),
    ("SK", "Saskatchewan"), ("YT", "Yukon"),
];

#[rustfmt::skip]
const AUSTRALIA: &[(&str, &str)] = &[
    ("ACT", "Australian Capital Territory"), ("NSW", "New South Wales"), ("NT", "Northern Territory"),
    ("QLD", "Queensland"), ("SA", "South Australia"), ("TAS", "Tasmania"), ("VIC", "Victoria"),
    ("WA", "Western Australia"),
];

/// With the codes of the revision of 2023.
#[rustfmt::skip]
const INDIA: &[(&str, &str)] = &[
    ("AN", "Andaman and Nicobar Islands"), ("AP", "Andhra Pradesh"), ("AR", "Arunachal Pradesh"),
    ("AS", "Assam"), ("BR", "Bihar"), ("CH", "Chandigarh"), ("CG", "Chhattisgarh"),
    ("DH", "Dadra and Nagar Haveli and Daman and Diu"), ("DL", "Delhi"), ("GA", "Goa"), ("GJ", "Gujarat"),
    ("HR", "Haryana"), ("HP", "Himachal Pradesh"), ("JK", "Jammu and Kashmir"), ("JH", "Jharkhand"),
    ("KA", "Karnataka"), ("KL", "Kerala"), ("LA", "Ladakh"), ("LD", "Lakshadweep"),
    ("MP", "Madhya Pradesh"), ("MH", "Maharashtra"), ("MN", "Manipur"), ("ML", "Meghalaya"),
    ("MZ", "Mizoram"), ("NL", "Nagaland"), ("OD", "Odisha"), ("PY", "Puducherry"), ("PB", "Punjab"),
    ("RJ", "Rajasthan"), ("SK", "Sikkim"), ("TN", "Tamil Nadu"), ("TS", "Telangana"), ("TR", "Tripura"),
    ("UP", "Uttar Pradesh"), ("UK", "Uttarakhand"), ("WB", "West Bengal"),
];

#[rustfmt::skip]
const BRAZIL: &[(&str, &str)] = &[
    ("AC", "Acre"), ("AL", "Alagoas"), ("AP", "Amapá"), ("AM", "Amazonas"), ("BA", "Bahia"),
    ("CE", "Ceará"), ("DF", "Distrito Federal"), ("ES", "Espírito Santo"), ("GO", "Goiás"),
    ("MA", "Maranhão"), ("MT", "Mato Grosso"), ("MS", "Mato Grosso do Sul"), ("MG", "Minas Gerais"),
    ("PA", "Pará"), ("PB", "Paraíba"), ("PR", "Paraná"), ("PE", "Pernambuco"), ("PI", "Piauí"),
    ("RJ", "Rio de Janeiro"), ("RN", "Rio Grande do Norte"), ("RS", "Rio Grande do Sul"),
    ("RO", "Rondônia"), ("RR", "Roraima"), ("SC", "Santa Catarina"), ("SP", "São Paulo"),
    ("SE", "Sergipe"), ("TO", "Tocantins"),
];

#[rustfmt::skip]
const MEXICO: &[(&str, &str)] = &[
    ("AGU", "Aguascalientes"), ("BCN", "Baja California"), ("BCS", "Baja California Sur"),
    ("CAM", "Campeche"), ("CHP", "Chiapas"), ("CHH", "Chihuahua"), ("CMX", "Ciudad de México"),
    ("COA", "Coahuila"), ("COL", "Colima"), ("DUR", "Durango"), ("GUA", "Guanajuato"),
    ("GRO", "Guerrero"), ("HID", "Hidalgo"), ("JAL", "Jalisco"), ("MEX", "México"), ("MIC", "Michoacán"),
    ("MOR", "Morelos"), ("NAY", "Nayarit"), ("NLE", "Nuevo León"), ("OAX", "Oaxaca"), ("PUE", "Puebla"),
    ("QUE", "Querétaro"), ("ROO", "Quintana Roo"), ("SLP", "San Luis Potosí"), ("SIN", "Sinaloa"),
    ("SON", "Sonora"), ("TAB", "Tabasco"), ("TAM", "Tamaulipas"), ("TLA", "Tlaxcala"),
    ("VER", "Veracruz"), ("YUC", "Yucatán"), ("ZAC", "Zacatecas"),
];

/// By the three letters they are known by in trade; ISO 3166-2 only numbers them.
#[rustfmt::skip]
const MALAYSIA: &[(&str, &str)] = &[
    ("JHR", "Johor"), ("KDH", "Kedah"), ("KTN", "Kelantan"), ("KUL", "Kuala Lumpur"), ("LBN", "Labuan"),
    ("MLK", "Melaka"), ("NSN", "Negeri Sembilan"), ("PHG", "Pahang"), ("PNG", "Penang"), ("PRK", "Perak"),
    ("PLS", "Perlis"), ("PJY", "Putrajaya"), ("SBH", "Sabah"), ("SWK", "Sarawak"), ("SGR", "Selangor"),
    ("TRG", "Terengganu"),
];

#[rustfmt::skip]
const ARGENTINA: &[(&str, &str)] = &[
    ("B", "Buenos Aires"), ("K", "Catamarca"), ("H", "Chaco"), ("U", "Chubut"),
    ("C", "Ciudad Autónoma de Buenos Aires"), ("X", "Córdoba"), ("W", "Corrientes"), ("E", "Entre Ríos"),
    ("P", "Formosa"), ("Y", "Jujuy"), ("L", "La Pampa"), ("F", "La Rioja"), ("M", "Mendoza"),
    ("N", "Misiones"), ("Q", "Neuquén"), ("R", "Río Negro"), ("A", "Salta"), ("J", "San Juan"),
    ("D", "San Luis"), ("Z", "Santa Cruz"), ("S", "Santa Fe"), ("G", "Santiago del Estero"),
    ("V", "Tierra del Fuego"), ("T", "Tucumán"),
];

/// The prefectures, numbered from north to south.
#[rustfmt::skip]
const JAPAN: &[(&str, &str)] = &[
    ("01", "Hokkaido"), ("02", "Aomori"), ("03", "Iwate"), ("04", "Miyagi"), ("05", "Akita"),
    ("06", "Yamagata"), ("07", "Fukushima"), ("08", "Ibaraki"), ("09", "Tochigi"), ("10", "Gunma"),
    ("11", "Saitama"), ("12", "Chiba"), ("13", "Tokyo"), ("14", "Kanagawa"), ("15", "Niigata"),
    ("16", "Toyama"), ("17", "Ishikawa"), ("18", "Fukui"), ("19", "Yamanashi"), ("20", "Nagano"),
    ("21", "Gifu"), ("22", "Shizuoka"), ("23", "Aichi"), ("24", "Mie"), ("25", "Shiga"), ("26", "Kyoto"),
    ("27", "Osaka"), ("28", "Hyogo"), ("29", "Nara"), ("30", "Wakayama"), ("31", "Tottori"),
    ("32", "Shimane"), ("33", "Okayama"), ("34", "Hiroshima"), ("35", "Yamaguchi"), ("36", "Tokushima"),
    ("37", "Kagawa"), ("38", "Ehime"), ("39", "Kochi"), ("40", "Fukuoka"), ("41", "Saga"),
    ("42", "Nagasaki"), ("43", "Kumamoto"), ("44", "Oita"), ("45", "Miyazaki"), ("46", "Kagoshima"),
    ("47", "Okinawa"),
];

/// The provinces by their traditional letters.
#[rustfmt::skip]
const SPAIN: &[(&str, &str)] = &[
    ("C", "A Coruña"), ("VI", "Álava"), ("AB", "Albacete"), ("A", "Alicante"), ("AL", "Almería"),
    ("O", "Asturias"), ("AV", "Ávila"), ("BA", "Badajoz"), ("PM", "Balears"), ("B", "Barcelona"),
    ("BI", "Bizkaia"), ("BU", "Burgos"), ("CC", "Cáceres"), ("CA", "Cádiz"), ("S", "Cantabria"),
    ("CS", "Castellón"), ("CE", "Ceuta"), ("CR", "Ciudad Real"), ("CO", "Córdoba"), ("CU", "Cuenca"),
    ("SS", "Gipuzkoa"), ("GI", "Girona"), ("GR", "Granada"), ("GU", "Guadalajara"), ("H", "Huelva"),
    ("HU", "Huesca"), ("J", "Jaén"), ("LO", "La Rioja"), ("GC", "Las Palmas"), ("LE", "León"),
    ("L", "Lleida"), ("LU", "Lugo"), ("M", "Madrid"), ("MA", "Málaga"), ("ML", "Melilla"),
    ("MU", "Murcia"), ("NA", "Navarra"), ("OR", "Ourense"), ("P", "Palencia"), ("PO", "Pontevedra"),
    ("SA", "Salamanca"), ("TF", "Santa Cruz de Tenerife"), ("SG", "Segovia"), ("SE", "Sevilla"),
    ("SO", "Soria"), ("T", "Tarragona"), ("TE", "Teruel"), ("TO", "Toledo"), ("V", "Valencia"),
    ("VA", "Valladolid"), ("ZA", "Zamora"), ("Z", "Zaragoza"),
];

/// The provinces by their number-plate letters.
#[rustfmt::skip]
const ITALY: &[(&str, &str)] = &[
    ("AG", "Agrigento"), ("AL", "Alessandria"), ("AN", "Ancona"), ("AO", "Aosta"), ("AR", "Arezzo"),
    ("AP", "Ascoli Piceno"), ("AT", "Asti"), ("AV", "Avellino"), ("BA", "Bari"),
    ("BT", "Barletta-Andria-Trani"), ("BL", "Belluno"), ("BN", "Benevento"), ("BG", "Bergamo"),
    ("BI", "Biella"), ("BO", "Bologna"), ("BZ", "Bolzano"), ("BS", "Brescia"), ("BR", "Brindisi"),
    ("CA", "Cagliari"), ("CL", "Caltanissetta"), ("CB", "Campobasso"), ("CE", "Caserta"),
    ("CT", "Catania"), ("CZ", "Catanzaro"), ("CH", "Chieti"), ("CO", "Como"), ("CS", "Cosenza"),
    ("CR", "Cremona"), ("KR", "Crotone"), ("CN", "Cuneo"), ("EN", "Enna"), ("FM", "Fermo"),
    ("FE", "Ferrara"), ("FI", "Firenze"), ("FG", "Foggia"), ("FC", "Forlì-Cesena"), ("FR", "Frosinone"),
    ("GE", "Genova"), ("GO", "Gorizia"), ("GR", "Grosseto"), ("IM", "Imperia"), ("IS", "Isernia"),
    ("SP", "La Spezia"), ("AQ", "L’Aquila"), ("LT", "Latina"), ("LE", "Lecce"), ("LC", "Lecco"),
    ("LI", "Livorno"), ("LO", "Lodi"), ("LU", "Lucca"), ("MC", "Macerata"), ("MN", "Mantova"),
    ("MS", "Massa-Carrara"), ("MT", "Matera"), ("ME", "Messina"), ("MI", "Milano"), ("MO", "Modena"),
    ("MB", "Monza e Brianza"), ("NA", "Napoli"), ("NO", "Novara"), ("NU", "Nuoro"), ("OR", "Oristano"),
    ("PD", "Padova"), ("PA", "Palermo"), ("PR", "Parma"), ("PV", "Pavia"), ("PG", "Perugia"),
    ("PU", "Pesaro e Urbino"), ("PE", "Pescara"), ("PC", "Piacenza"), ("PI", "Pisa"), ("PT", "Pistoia"),
    ("PN", "Pordenone"), ("PZ", "Potenza"), ("PO", "Prato"), ("RG", "Ragusa"), ("RA", "Ravenna"),
    ("RC", "Reggio Calabria"), ("RE", "Reggio Emilia"), ("RI", "Rieti"), ("RN", "Rimini"), ("RM", "Roma"),
    ("RO", "Rovigo"), ("SA", "Salerno"), ("SS", "Sassari"), ("SV", "Savona"), ("SI", "Siena"),
    ("SR", "Siracusa"), ("SO", "Sondrio"), ("SU", "Sud Sardegna"), ("TA", "Taranto"), ("TE", "Teramo"),
    ("TR", "Terni"), ("TO", "Torino"), ("TP", "Trapani"), ("TN", "Trento"), ("TV", "Treviso"),
    ("TS", "Trieste"), ("UD", "Udine"), ("VA", "Varese"), ("VE", "Venezia"),
    ("VB", "Verbano-Cusio-Ossola"), ("VC", "Vercelli"), ("VR", "Verona"), ("VV", "Vibo Valentia"),
    ("VI", "Vicenza"), ("VT", "Viterbo"),
];
