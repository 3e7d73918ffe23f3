#!/usr/bin/env python3
"""Writes questions with gold queries about the demo's database, for the loop.

    python3 make_questions.py OUTPUT [--examples N] [--train N] [--test N]

makes OUTPUT/examples.jsonl (what the teacher may look at), train.jsonl and test.jsonl. No question stands in two of them.
A question comes with the two tables one needs to look at, for a net as small as this one reads no long schema. The files are a
function of this script alone.
"""

import argparse
import hashlib
import json
import os

TABLES = {
    "region": "region(region_id, name, country)",
    "beekeeper": "beekeeper(beekeeper_id, name, email, phone, region_id, joined_on, organic)",
    "apiary": "apiary(apiary_id, beekeeper_id, name, landscape, altitude)",
    "hive": "hive(hive_id, apiary_id, hive_type, queen_year, weight, status)",
    "harvest": "harvest(harvest_id, apiary_id, harvested_on, honey_type, kilograms, moisture)",
    "product": "product(product_id, name, category, price, grams, stock)",
    "customer": "customer(customer_id, name, city, kind, customer_since)",
    "orders": "orders(order_id, customer_id, ordered_on, shipped_on, status)",
    "payment": "payment(payment_id, order_id, paid_on, amount, method)",
}

HIVES = ["Dadant", "Zander", "Langstroth", "Warré"]
HONEYS = ["blossom", "forest", "acacia", "linden", "heather", "chestnut"]
CATEGORIES = ["honey", "candle", "wax", "cosmetics", "drink", "equipment"]
CITIES = ["Kempten", "Ravensburg", "Bregenz", "Innsbruck", "Chur", "Bozen", "Vaduz", "Ulm", "Dornbirn", "Meran", "Lindau"]
COUNTRIES = ["Germany", "Austria", "Switzerland", "Italy"]
STATUSES = ["shipped", "paid", "open", "cancelled"]
METHODS = ["transfer", "card", "cash", "invoice"]
WEIGHTS = [20, 25, 30, 35, 40, 45, 50, 55, 60, 65]
PRICES = [3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 40]
CUSTOMERS = range(2, 22)
BEEKEEPERS = range(7, 27)
ALTITUDES = range(500, 1500, 50)
YEARS = [2020, 2021, 2022, 2023, 2024]

# The table, another that stands beside it, question, query, values.
TEMPLATES = [
    ("hive", "apiary", "How many {0} hives are there?", "SELECT COUNT(*) FROM hive WHERE hive_type = '{0}'", HIVES),
    ("hive", "apiary", "How many hives have a queen of {0}?", "SELECT COUNT(*) FROM hive WHERE queen_year = {0}", YEARS),
    ("hive", "apiary", "How many hives weigh more than {0} kilograms?", "SELECT COUNT(*) FROM hive WHERE weight > {0}", WEIGHTS),
    ("hive", "apiary", "How many hives weigh less than {0} kilograms?", "SELECT COUNT(*) FROM hive WHERE weight < {0}", WEIGHTS),
    ("hive", "apiary", "What is the average weight of {0} hives?", "SELECT AVG(weight) FROM hive WHERE hive_type = '{0}'", HIVES),
    ("hive", "apiary", "What is the greatest weight of a {0} hive?", "SELECT MAX(weight) FROM hive WHERE hive_type = '{0}'", HIVES),
    ("harvest", "apiary", "How many kilograms of {0} honey were harvested?",
     "SELECT SUM(kilograms) FROM harvest WHERE honey_type = '{0}'", HONEYS),
    ("harvest", "apiary", "How many harvests of {0} honey are there?",
     "SELECT COUNT(*) FROM harvest WHERE honey_type = '{0}'", HONEYS),
    ("harvest", "apiary", "What is the average moisture of {0} honey?",
     "SELECT AVG(moisture) FROM harvest WHERE honey_type = '{0}'", HONEYS),
    ("harvest", "apiary", "How many harvests have more than {0} kilograms?",
     "SELECT COUNT(*) FROM harvest WHERE kilograms > {0}", WEIGHTS),
    ("product", "orders", "Which products cost more than {0} francs?", "SELECT name FROM product WHERE price > {0}", PRICES),
    ("product", "orders", "Which products cost less than {0} francs?", "SELECT name FROM product WHERE price < {0}", PRICES),
    ("product", "orders", "How many products cost more than {0} francs?", "SELECT COUNT(*) FROM product WHERE price > {0}", PRICES),
    ("product", "orders", "What are the names of the {0} products?", "SELECT name FROM product WHERE category = '{0}'", CATEGORIES),
    ("product", "orders", "How many {0} products are there?", "SELECT COUNT(*) FROM product WHERE category = '{0}'", CATEGORIES),
    ("product", "orders", "What is the average price of {0} products?",
     "SELECT AVG(price) FROM product WHERE category = '{0}'", CATEGORIES),
    ("product", "orders", "What does the cheapest of the {0} products cost?",
     "SELECT MIN(price) FROM product WHERE category = '{0}'", CATEGORIES),
    ("customer", "orders", "How many customers live in {0}?", "SELECT COUNT(*) FROM customer WHERE city = '{0}'", CITIES),
    ("customer", "orders", "What are the names of the customers in {0}?", "SELECT name FROM customer WHERE city = '{0}'", CITIES),
    ("region", "beekeeper", "Which regions are in {0}?", "SELECT name FROM region WHERE country = '{0}'", COUNTRIES),
    ("region", "beekeeper", "How many regions are in {0}?", "SELECT COUNT(*) FROM region WHERE country = '{0}'", COUNTRIES),
    ("orders", "customer", "How many orders are {0}?", "SELECT COUNT(*) FROM orders WHERE status = '{0}'", STATUSES),
    ("orders", "customer", "What are the ids of the orders that are {0}?",
     "SELECT order_id FROM orders WHERE status = '{0}'", STATUSES),
    ("orders", "payment", "How many orders does customer {0} have?",
     "SELECT COUNT(*) FROM orders WHERE customer_id = {0}", CUSTOMERS),
    ("orders", "payment", "Which orders were placed by customer {0}?",
     "SELECT order_id FROM orders WHERE customer_id = {0}", CUSTOMERS),
    ("payment", "orders", "How many payments were made by {0}?", "SELECT COUNT(*) FROM payment WHERE method = '{0}'", METHODS),
    ("payment", "orders", "What is the sum of all payments by {0}?",
     "SELECT SUM(amount) FROM payment WHERE method = '{0}'", METHODS),
    ("apiary", "beekeeper", "How many apiaries lie above {0} metres?",
     "SELECT COUNT(*) FROM apiary WHERE altitude > {0}", ALTITUDES),
    ("apiary", "beekeeper", "What are the names of the apiaries of beekeeper {0}?",
     "SELECT name FROM apiary WHERE beekeeper_id = {0}", BEEKEEPERS),
    ("beekeeper", "region", "What is the name of beekeeper {0}?",
     "SELECT name FROM beekeeper WHERE beekeeper_id = {0}", BEEKEEPERS),
]


def rows():
    """All questions, in an order that has nothing to do with what they ask."""
    made = []
    for table, other, question, query, values in TEMPLATES:
        for value in values:
            tables = f"{TABLES[table]}\n{TABLES[other]}"
            made.append({
                "db_id": "honey_coop", "question": question.format(value), "gold_sql": query.format(value), "tables": tables})
    return sorted(made, key=lambda row: hashlib.sha256(row["question"].encode()).digest())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--examples", type=int, default=60)
    parser.add_argument("--train", type=int, default=150)
    parser.add_argument("--test", type=int, default=60)
    options = parser.parse_args()
    os.makedirs(options.output, exist_ok=True)
    remaining = iter(rows())
    for name in ("examples", "test", "train"):
        with open(f"{options.output}/{name}.jsonl", "w", encoding="utf-8") as file:
            for _ in range(getattr(options, name)):
                file.write(json.dumps(next(remaining), ensure_ascii=False) + "\n")


main()
