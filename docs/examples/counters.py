#!/usr/bin/env python3
"""Counters by name, as a replicated state machine: raftctl node --exec docs/examples/counters.py
--exec-protocol jsonl. A command is "add NAME NUMBER", a query is "get NAME"."""
import json
import sys

LARGEST = 10**18
counters = {}


def run(command):
    # Whatever clients send is committed already: a program answers all of it, and never ends on it.
    try:
        add, name, number = command.split()
        total = counters.get(name, 0) + int(number)
        if add == "add" and abs(total) <= LARGEST:
            counters[name] = total
            return {"reply": str(total)}
    except ValueError:
        pass
    return {"ok": False, "reply": "say: add NAME NUMBER"}


def look(query):
    words = query.split()
    if len(words) == 2 and words[0] == "get" and words[1] in counters:
        return {"reply": str(counters[words[1]])}
    return {"ok": False, "reply": "not found"}


def restore(state):
    counters.clear()
    counters.update(json.loads(state))
    return {}


def answer(message):
    kind = message["type"]
    if kind == "hello":
        return {"version": 1, "queries": True, "snapshots": True}
    if kind == "apply":
        return run(message.get("command", ""))
    if kind == "query":
        return look(message.get("command", ""))
    if kind == "snapshot":
        return {"state": json.dumps(counters, sort_keys=True)}
    if kind == "restore":
        return restore(message["state"])
    sys.exit("a message that this program does not know: " + kind)


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
