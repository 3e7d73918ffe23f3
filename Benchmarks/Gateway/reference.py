"""The script one would write by hand: reads rows, asks with aiohttp, writes rows. reference.py URL CONCURRENCY IN OUT"""
import asyncio
import json
import sys

import aiohttp


async def main(url, concurrency, source, target):
    with open(source) as file:
        rows = [json.loads(line) for line in file]
    gate = asyncio.Semaphore(concurrency)
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(row):
            messages = [
                {"role": "system", "content": "Answer with one SQL statement.\n" + row["schema"]},
                {"role": "user", "content": row["question"]},
            ]
            body = {"model": "m", "messages": messages, "max_tokens": 32, "temperature": 0}
            async with gate:
                async with session.post(url + "/chat/completions", json=body) as response:
                    answer = await response.json()
            row["answer"] = answer["choices"][0]["message"]["content"]

        await asyncio.gather(*(ask(row) for row in rows))
    with open(target, "w") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
