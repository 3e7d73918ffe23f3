#!/usr/bin/env python3
"""Writes the demo's SQLite database: the books of a small honey cooperative.

    python3 make_database.py [OUTPUT_DIRECTORY]

makes OUTPUT_DIRECTORY/databases/honey_coop/honey_coop.sqlite (default: beside this script) and prints its sha256.

The file is a function of this script and the SQLite version alone: every value comes from the lists below or from a
fixed generator, no clock is read, the page size is set and the file is vacuumed. Python's `random` is not used,
because its derived methods may change between Python versions.
"""

import datetime
import hashlib
import os
import sqlite3
import sys

DATABASE_ID = "honey_coop"

SCHEMA = """
CREATE TABLE region (
  region_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  country TEXT NOT NULL
);
CREATE TABLE beekeeper (
  beekeeper_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  region_id INTEGER NOT NULL REFERENCES region(region_id),
  joined_on TEXT NOT NULL,
  organic INTEGER NOT NULL CHECK (organic IN (0, 1))
);
CREATE TABLE apiary (
  apiary_id INTEGER PRIMARY KEY,
  beekeeper_id INTEGER NOT NULL REFERENCES beekeeper(beekeeper_id),
  name TEXT NOT NULL,
  landscape TEXT NOT NULL,
  altitude INTEGER
);
CREATE TABLE hive (
  hive_id INTEGER PRIMARY KEY,
  apiary_id INTEGER NOT NULL REFERENCES apiary(apiary_id),
  hive_type TEXT NOT NULL,
  queen_year INTEGER,
  weight REAL NOT NULL,
  status TEXT NOT NULL
);
CREATE TABLE inspection (
  inspection_id INTEGER PRIMARY KEY,
  hive_id INTEGER NOT NULL REFERENCES hive(hive_id),
  inspected_on TEXT NOT NULL,
  mites INTEGER,
  calmness INTEGER NOT NULL CHECK (calmness BETWEEN 1 AND 5),
  note TEXT
);
CREATE TABLE harvest (
  harvest_id INTEGER PRIMARY KEY,
  apiary_id INTEGER NOT NULL REFERENCES apiary(apiary_id),
  harvested_on TEXT NOT NULL,
  honey_type TEXT NOT NULL,
  kilograms REAL NOT NULL,
  moisture REAL
);
CREATE TABLE product (
  product_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  price REAL NOT NULL,
  grams INTEGER,
  stock INTEGER NOT NULL
);
CREATE TABLE customer (
  customer_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT,
  kind TEXT NOT NULL,
  customer_since TEXT NOT NULL
);
CREATE TABLE orders (
  order_id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer(customer_id),
  ordered_on TEXT NOT NULL,
  shipped_on TEXT,
  status TEXT NOT NULL
);
CREATE TABLE order_item (
  order_id INTEGER NOT NULL REFERENCES orders(order_id),
  product_id INTEGER NOT NULL REFERENCES product(product_id),
  quantity INTEGER NOT NULL,
  unit_price REAL NOT NULL,
  PRIMARY KEY (order_id, product_id)
);
CREATE TABLE payment (
  payment_id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(order_id),
  paid_on TEXT NOT NULL,
  amount REAL NOT NULL,
  method TEXT NOT NULL
);
CREATE INDEX hive_by_apiary ON hive(apiary_id);
CREATE INDEX orders_by_customer ON orders(customer_id);
"""

REGIONS = [
    ("Allgäu", "Germany"), ("Oberschwaben", "Germany"), ("Bregenzerwald", "Austria"), ("Tirol", "Austria"),
    ("Appenzell", "Switzerland"), ("Graubünden", "Switzerland"), ("Südtirol", "Italy"), ("Vaduz", "Liechtenstein"),
]

GIVEN_NAMES = [
    "Anna", "Björn", "Clara", "Dörte", "Emil", "Fränzi", "Georg", "Hanna", "Ilse", "Jörg", "Käthe", "Lukas", "Mira",
    "Noël", "Olga", "Petra", "Quirin", "Rosa", "Sören", "Tilda", "Urs", "Vreni", "Walter", "Xaver", "Yvonne", "Zoé",
]
SURNAMES = [
    "Ammann", "Bächler", "Caduff", "Dörig", "Egger", "Fässler", "Gruber", "Hämmerle", "Inauen", "Jäger", "Köhler",
    "Lorenz", "Müller", "Nägele", "Oberhofer", "Pichler", "Rüegg", "Schöpf", "Thöni", "Vögel", "Wüst", "Zürcher",
]
PLACES = ["Hang", "Wiese", "Brücke", "Mühle", "Kapelle", "Bach", "Linde", "Höhe", "Steinbruch", "Obstgarten"]
# The same landscape is spelled in several ways on purpose: three generations of clerks typed it.
LANDSCAPES = [
    ("forest", 24), ("Forest", 12), ("FOREST", 4), ("meadow", 26), ("Meadow", 10), ("orchard", 14), ("Orchard", 4),
    ("heath", 5), ("Heath", 1),
]
HIVE_TYPES = [("Dadant", 5), ("Zander", 4), ("Langstroth", 2), ("Warré", 1)]
HIVE_STATUSES = [("active", 15), ("weak", 3), ("dead", 2), ("sold", 1)]
NOTES = [
    "queen seen", "no queen seen", "eggs present", "new frames added", "swarm cells removed", "brood looks patchy",
    "fed with syrup", "wax moths", "very gentle today 🐝", "stung twice", "Königin gezeichnet", "needs a larger box",
]
HONEY_TYPES = [("blossom", 10), ("forest", 7), ("acacia", 3), ("linden", 4), ("heather", 1), ("chestnut", 2)]

PRODUCTS = [
    # name, category, price, grams, stock
    ("Blossom Honey small", "honey", 4.90, 250, 410), ("Blossom Honey", "honey", 8.50, 500, 320),
    ("Blossom Honey bucket", "honey", 64.00, 5000, 18), ("Forest Honey small", "honey", 5.60, 250, 265),
    ("Forest Honey", "honey", 9.80, 500, 240), ("Forest Honey bucket", "honey", 74.00, 5000, 11),
    ("Acacia Honey", "honey", 10.50, 500, 96), ("Linden Honey", "honey", 9.20, 500, 130),
    ("Heather Honey", "honey", 12.40, 500, 0), ("Chestnut Honey", "honey", 9.80, 500, 64),
    ("Comb Honey", "honey", 14.90, 350, 27), ("Creamed Honey", "honey", 8.50, 500, 150),
    ("Grüezi Gift Jar", "honey", 3.20, 125, 500), ("Bee Mine 🐝 Jar", "honey", 6.00, 250, 75),
    ("Pillar Candle", "candle", 11.90, 400, 88), ("Tea Lights", "candle", 7.50, 180, 140),
    ("Dinner Candle", "candle", 4.90, 90, 210), ("Star Candle ✨", "candle", 6.50, 120, 0),
    ("Tree Candle", "candle", 8.50, 150, 43), ("Foundation Sheet", "wax", 2.40, 80, 900),
    ("Wax Block", "wax", 18.00, 1000, 35), ("Wax Pellets", "wax", 10.50, 500, 52),
    ("Wax Wrap", "wax", 9.80, None, 61), ("Furniture Polish", "wax", 13.50, 250, 30),
    ("Honey Soap", "cosmetics", 5.60, 100, 175), ("Lip Balm", "cosmetics", 3.90, 10, 260),
    ("Hand Cream", "cosmetics", 9.20, 75, 84), ("Propolis Tincture", "cosmetics", 12.90, 30, 40),
    ("Royal Jelly Crème", "cosmetics", 24.50, 50, 12), ("Honey Shampoo", "cosmetics", 8.90, 200, 0),
    ("Mead dry", "drink", 9.80, 750, 66), ("Mead sweet", "drink", 9.80, 750, 71),
    ("Honey Liqueur", "drink", 16.50, 500, 38), ("Bärenfang", "drink", 19.90, 700, 22),
    ("Smoker", "equipment", 42.00, None, 9), ("Hive Tool", "equipment", 12.40, None, 33),
    ("Bee Brush", "equipment", 6.50, None, 47), ("Veil Hat", "equipment", 27.50, None, 14),
    ("Leather Gloves", "equipment", 21.00, None, 19), ("Honey Extractor", "equipment", 389.00, None, 2),
]

SHOP_NAMES = [
    "Hofladen", "Café", "Bäckerei", "Reformhaus", "Dorfladen", "Teestube", "Feinkost", "Bioladen", "Gasthof", "Käserei",
]
CITIES = [
    "Kempten", "Ravensburg", "Bregenz", "Innsbruck", "St. Gallen", "Chur", "Bozen", "Vaduz", "Zürich", "München",
    "Ulm", "Dornbirn", "Meran", "Lindau",
]
CUSTOMER_KINDS = [("private", 12), ("Private", 3), ("shop", 6), ("Shop", 2), ("SHOP", 1), ("restaurant", 3)]
PAYMENT_METHODS = [("transfer", 6), ("card", 5), ("cash", 2), ("invoice", 2)]


class Generator:
    """A 64-bit linear congruential generator; the constants are those of Knuth's MMIX (TAOCP vol. 2, 3.3.4)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        """A whole number in 0 ..< bound. Only the high bits are used; the low ones of such a generator are weak."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def one_in(self, n):
        return self.below(n) == 0

    def pick(self, values):
        return values[self.below(len(values))]

    def pick_weighted(self, pairs):
        ticket = self.below(sum(weight for _, weight in pairs))
        for value, weight in pairs:
            if ticket < weight:
                return value
            ticket -= weight
        raise AssertionError("the weights are used up")

    def date(self, first, last):
        days = (last - first).days
        return first + datetime.timedelta(days=self.between(0, days))


def ascii_letters(text):
    """'Jörg Müller' → 'joerg.mueller', for e-mail addresses."""
    table = {"ä": "ae", "ö": "oe", "ü": "ue", "é": "e", "ë": "e", " ": "."}
    return "".join(table.get(letter, letter) for letter in text.lower())


def day(year, month, number):
    return datetime.date(year, month, number)


def rows_of_beekeepers(random):
    seen = set()
    while len(seen) < 60:
        name = random.pick(GIVEN_NAMES) + " " + random.pick(SURNAMES)
        if name in seen:
            continue
        seen.add(name)
        number = len(seen)
        email = None if random.one_in(5) else f"{ascii_letters(name)}@example.org"
        phone = None if random.one_in(3) else f"+00 555 {random.between(1000, 9999)}"
        # Nobody has joined in Vaduz yet, so that outer joins and EXCEPT have something to find.
        region = random.between(1, len(REGIONS) - 1)
        joined = random.date(day(2005, 1, 1), day(2023, 12, 31)).isoformat()
        yield (number, name, email, phone, region, joined, 1 if random.below(10) < 4 else 0)


def rows_of_apiaries(random):
    for number in range(1, 141):
        keeper = random.between(1, 57)  # the last three members have no apiary
        name = random.pick(PLACES) + " " + str(random.between(1, 30))
        altitude = None if random.one_in(12) else random.between(38, 165) * 10
        yield (number, keeper, name, random.pick_weighted(LANDSCAPES), altitude)


def rows_of_hives(random):
    for number in range(1, 521):
        queen_year = None if random.one_in(9) else 2024 - random.below(5)
        weight = random.between(36, 140) / 2
        yield (number, random.between(1, 140), random.pick_weighted(HIVE_TYPES), queen_year, weight,
               random.pick_weighted(HIVE_STATUSES))


def rows_of_inspections(random):
    for number in range(1, 1501):
        year = random.between(2022, 2024)
        when = random.date(day(year, 3, 20), day(year, 10, 10)).isoformat()
        mites = None if random.one_in(8) else random.below(9) * random.below(6)
        note = random.pick(NOTES) if random.below(10) < 4 else None
        yield (number, random.between(1, 520), when, mites, random.between(1, 5), note)


def rows_of_harvests(random):
    for number in range(1, 361):
        year = random.between(2021, 2024)
        when = random.date(day(year, 5, 15), day(year, 9, 5)).isoformat()
        moisture = None if random.one_in(10) else random.between(152, 204) / 10
        yield (number, random.between(1, 132), when, random.pick_weighted(HONEY_TYPES),
               random.between(12, 190) / 2, moisture)


def rows_of_customers(random):
    for number in range(1, 221):
        kind = random.pick_weighted(CUSTOMER_KINDS)
        if kind.lower() == "private":
            name = random.pick(GIVEN_NAMES) + " " + random.pick(SURNAMES)
        else:
            name = random.pick(SHOP_NAMES) + " " + random.pick(SURNAMES)
        city = None if random.one_in(15) else random.pick(CITIES)
        yield (number, name, city, kind, random.date(day(2012, 1, 1), day(2021, 12, 31)).isoformat())


def rows_of_sales(random):
    """Orders with their items and payments, as three lists."""
    orders, items, payments = [], [], []
    for number in range(1, 651):
        ordered = random.date(day(2022, 1, 3), day(2024, 12, 20))
        status = random.pick_weighted([("shipped", 15), ("paid", 2), ("open", 3), ("cancelled", 2)])
        shipped = (ordered + datetime.timedelta(days=random.between(1, 21))).isoformat() if status == "shipped" else None
        orders.append((number, random.between(1, 205), ordered.isoformat(), shipped, status))
        wanted = set()
        for _ in range(random.between(1, 4)):
            wanted.add(random.between(1, len(PRODUCTS) - 1))  # nobody has bought the extractor
        cents = 0
        for product in sorted(wanted):
            list_price = round(PRODUCTS[product - 1][2] * 100)
            price = list_price * 9 // 10 if random.one_in(6) else list_price
            quantity = random.pick([1, 1, 1, 2, 2, 3, 4, 6, 12])
            items.append((number, product, quantity, price / 100))
            cents += price * quantity
        if status in ("shipped", "paid"):
            method = random.pick_weighted(PAYMENT_METHODS)
            paid = ordered + datetime.timedelta(days=random.between(0, 30))
            parts = [cents // 2, cents - cents // 2] if cents > 20000 and random.one_in(2) else [cents]
            for part, amount in enumerate(parts):
                when = paid + datetime.timedelta(days=30 * part)
                payments.append((len(payments) + 1, number, when.isoformat(), amount / 100, method))
    return orders, items, payments


def tables():
    """Table name → rows, parents before children. Each table has its own seed, so that one can change alone."""
    orders, items, payments = rows_of_sales(Generator(108))
    return [
        ("region", [(i + 1, name, country) for i, (name, country) in enumerate(REGIONS)]),
        ("beekeeper", list(rows_of_beekeepers(Generator(102)))),
        ("apiary", list(rows_of_apiaries(Generator(103)))),
        ("hive", list(rows_of_hives(Generator(104)))),
        ("inspection", list(rows_of_inspections(Generator(105)))),
        ("harvest", list(rows_of_harvests(Generator(106)))),
        ("product", [(i + 1, *product) for i, product in enumerate(PRODUCTS)]),
        ("customer", list(rows_of_customers(Generator(107)))),
        ("orders", orders),
        ("order_item", items),
        ("payment", payments),
    ]


def write_database(path):
    """Writes the file under a temporary name and renames it, so that a killed run leaves no half a database."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    partial = path + ".partial"
    if os.path.exists(partial):
        os.remove(partial)
    connection = sqlite3.connect(partial, isolation_level=None)
    for pragma in ("page_size = 4096", "encoding = 'UTF-8'", "auto_vacuum = NONE", "journal_mode = OFF",
                   "foreign_keys = ON"):
        connection.execute("PRAGMA " + pragma)
    connection.executescript(SCHEMA)
    connection.execute("BEGIN")
    count = 0
    for table, rows in tables():
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        count += len(rows)
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.close()
    os.replace(partial, path)
    return count


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        sys.exit(__doc__)
    output = sys.argv[1] if len(sys.argv) == 2 else os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(output, "databases", DATABASE_ID, DATABASE_ID + ".sqlite")
    count = write_database(path)
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    print(f"{path}: {count} rows, sha256 {digest}")


if __name__ == "__main__":
    main()
