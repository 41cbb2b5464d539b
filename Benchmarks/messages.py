"""Reads the messages that pgfleet sent to one database out of a server's log, for floor.c.

    messages.py LOG DATABASE >MESSAGES

The log has log_statement = all and log_line_prefix = '~%d~ '. Statements of the extended protocol are joined to one text
for each round trip, with their values in place; one that failed there stands last, since it would end the text.
"""
import re
import sys

entries = []
for line in open(sys.argv[1], encoding="utf-8"):
    head = re.match(r"~([^~]*)~ (\w+): +(.*)", line, re.S)
    if head:
        entries.append([head[1], head[2], head[3]])
    elif entries:
        entries[-1][2] += line.removeprefix("\t")

trips = []  # each a list of [sql, failed]
for database, level, text in entries:
    if database != sys.argv[2]:
        continue
    text = text.rstrip("\n")
    simple = text.removeprefix("statement: ") if text.startswith("statement: ") else None
    extended = re.match(r"execute <unnamed>: (.*)", text, re.S)
    if level == "LOG" and simple is not None:
        trips.append([[simple, False]])
    elif level == "LOG" and extended:
        # pgfleet begins what it sends at once with the settings, or, at the end, with the version.
        sql = extended[1]
        begins = "set_config" in sql or not trips or not trips[-1] or trips[-1][0][0].lstrip().startswith("BEGIN")
        if begins:
            trips.append([])
        trips[-1].append([sql, False])
    elif level == "DETAIL" and text.startswith("parameters: ") and trips:
        for number, value in re.findall(r"\$(\d+) = ((?:'(?:[^']|'')*')|NULL)", text):
            trips[-1][-1][0] = re.sub(r"\$" + number + r"\b", lambda _: value, trips[-1][-1][0])
    elif level == "ERROR" and trips:
        # The statement that failed was not logged as executed: it comes with the STATEMENT line.
        continue
    elif level == "STATEMENT" and trips:
        trips[-1].append([text, True])

texts = []
for trip in trips:
    trip.sort(key=lambda statement: statement[1])
    failed = [index for index, statement in enumerate(trip) if statement[1]]
    if failed and failed[0] > 0:
        # What comes before it was a transaction of its own.
        trip.insert(failed[0], ["COMMIT", False])
    texts.append(";\n".join(sql.rstrip().rstrip(";") for sql, _ in trip))
print("\n-- next message\n".join(texts))
