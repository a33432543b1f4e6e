#!/usr/bin/env python3
"""Compares mock-ghl with Prism, Mockoon and WireMock: one machine, one run, the same requests and bodies of the same bytes.

Run it with scripts/peers-bench. The server has core 0, wrk core 1. Exit codes: 0 measured (whatever the goals say),
3 mock-ghl answered wrongly, 1 the bench itself cannot run.
"""
import argparse
import datetime
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "out" / "peers"  # the peers' files with the bodies filled in
MOCK_GHL = ROOT / "build" / "release" / "bin" / "mock-ghl"
MODULES = HERE / "node_modules"

SERVER_CORE, CLIENT_CORE = "0", "1"
CONNECTIONS = 32
TOKEN = "pit-00000000-0000-4000-8000-000000000001"
CONTACT = "conJane00000000000001"
CALENDAR = "calConsult0000000001"


class WrongAnswer(Exception):
    """A server did not answer what it should."""


@dataclass
class Server:
    name: str
    version: str
    command: list
    warmup_seconds: float
    missing: str = ""  # why it cannot be measured


@dataclass
class Row:
    server: str
    version: str
    request: str
    samples: list = field(default_factory=list)  # requests a second, one of each repetition
    server_cpu: list = field(default_factory=list)  # the share of core 0 the server had meanwhile
    first_answer_ms: float = 0
    why_not: str = ""

    def median(self):
        return statistics.median(self.samples) if self.samples else None


# The requests


def open_day():
    """A working day of the clinic's, near enough to be bookable and not today, so that no slot passes meanwhile."""
    zone = ZoneInfo("America/New_York")
    day = datetime.datetime.now(zone).date() + datetime.timedelta(days=2)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    midnight = datetime.datetime.combine(day, datetime.time(), zone)
    next_midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), zone)
    return str(day), int(midnight.timestamp() * 1000), int(next_midnight.timestamp() * 1000)


DAY, DAY_START, DAY_END = open_day()
REQUESTS = {
    "contact": f"/contacts/{CONTACT}",
    "free-slots": f"/calendars/{CALENDAR}/free-slots?startDate={DAY_START}&endDate={DAY_END}",
}


# GHL's files allow one Version for each API; the bare peers do not look.
VERSIONS = {"contact": "2021-07-28", "free-slots": "2021-04-15"}


def headers_of(request):
    return {"Authorization": f"Bearer {TOKEN}", "Version": VERSIONS[request]}


def says_what_was_asked(request, body):
    answer = json.loads(body)
    if request == "contact":
        return answer["contact"]["id"] == CONTACT
    return len(answer[DAY]["slots"]) == 16 and answer[DAY]["slots"][0].startswith(f"{DAY}T09:00:00-0")


def get(origin, request):
    """The body of a 200."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(origin + REQUESTS[request], headers=headers_of(request)), timeout=10
        ) as response:
            status, body = response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read().decode(errors="replace")
    if status != 200:
        raise WrongAnswer(f"{request}: {status} {body[:200]}")
    return body


def check_answer(origin, request, length=None):
    """Raises unless the answer is right and, where it is given, of this length. Returns the body."""
    body = get(origin, request)
    try:
        right = says_what_was_asked(request, body)
    except (ValueError, KeyError, TypeError, IndexError):
        right = False
    if not right:
        raise WrongAnswer(f"{request}: unexpected body {body[:200]}")
    if length is not None and len(body.encode()) != length:
        raise WrongAnswer(f"{request}: {len(body.encode())} bytes where mock-ghl answers {length}")
    return body


# The servers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command):
    return ["taskset", "-c", core, *map(str, command)]


class Running:
    """A server on core 0 with its origin, ended at the end of the block. Only the process started here is ended."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        command = [str(part).replace("{port}", str(port)) for part in self.server.command]
        self.log_path = WORK / f"{self.server.name}.log"
        start = time.monotonic()
        with open(self.log_path, "wb") as log:  # stderr only: Mockoon writes a line of stdout for each request
            self.process = subprocess.Popen(
                pinned(SERVER_CORE, command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
            )
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.stop()
            raise
        self.first_answer_ms = (time.monotonic() - start) * 1000
        return self

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise WrongAnswer(f"ended with {self.process.returncode}, see {self.log_path}")
            try:
                get(self.origin, "contact")
                return
            except OSError:
                time.sleep(0.005)
        raise WrongAnswer("no answer within 60 s")

    def cpu_seconds(self):
        text = Path(f"/proc/{self.process.pid}/stat").read_text()
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __exit__(self, *_):
        self.stop()


def mock_ghl():
    version = subprocess.run([MOCK_GHL, "--version"], capture_output=True, text=True).stdout.split()
    return Server(
        "mock-ghl",
        version[-1] if version else "this tree",
        [MOCK_GHL, "--listen", "127.0.0.1:{port}", "--fixture", ROOT / "mock_ghl/fixtures/unlimited.json", "--journal", "0"],
        warmup_seconds=2,
    )


def installed_version(package):
    try:
        return json.loads((MODULES / package / "package.json").read_text())["version"]
    except OSError:
        return ""


def peer(name, package, program, command, warmup_seconds=2):
    version = installed_version(package)
    missing = ""
    if not version:
        missing = f"the npm package {package} is not installed"
    elif not shutil.which(program):
        missing = f"there is no {program} here"
    return Server(name, version or "-", command, warmup_seconds, missing)


def fill(node, bodies, as_text):
    """Puts mock-ghl's own answers where a peer's file says @contact or @free-slots."""
    if isinstance(node, dict):
        return {key: fill(value, bodies, as_text) for key, value in node.items()}
    if isinstance(node, list):
        return [fill(value, bodies, as_text) for value in node]
    if isinstance(node, str) and node.startswith("@"):
        return bodies[node[1:]] if as_text else json.loads(bodies[node[1:]])
    return node


def fill_file(source, target, bodies, as_text=True):
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(fill(json.loads((HERE / source).read_text()), bodies, as_text), indent=1))
    return target


def with_example(source, path, body):
    """One of GHL's own OpenAPI files, its answer to a GET of this path replaced by ours."""
    document = json.loads(source.read_text())
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    content["schema"].pop("example", None)
    content["example"] = json.loads(body)
    return document


def contract_of_ghl(specs, bodies):
    """Calendars and contacts as GHL publishes them, in one document: Prism then checks what a mock of GHL has to check."""
    document = with_example(specs / "calendars.json", "/calendars/{calendarId}/free-slots", bodies["free-slots"])
    contacts = with_example(specs / "contacts.json", "/contacts/{contactId}", bodies["contact"])
    document["paths"] |= contacts["paths"]
    for kind, entries in contacts["components"].items():
        document["components"].setdefault(kind, {}).update(entries)
    target = WORK / "ghl" / "apps" / "ghl.json"  # beside it "../common", which it refers to
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document))
    shutil.copytree(specs / "common", WORK / "ghl" / "common", dirs_exist_ok=True)
    return target


def prism(name, document):
    return peer(name, "@stoplight/prism-cli", "node",
                ["node", MODULES / "@stoplight/prism-cli/dist/index.js", "mock", "--port", "{port}", "--host", "127.0.0.1",
                 "--verboseLevel", "silent", document])


def prism_with_ghl(bodies):
    specs = os.environ.get("HOLDFAST_GHL_OPENAPI", "")
    if not specs:
        return Server("prism+contract", "-", [], 0, "HOLDFAST_GHL_OPENAPI does not name a folder of GHL's OpenAPI files")
    return prism("prism+contract", contract_of_ghl(Path(specs), bodies))


def peers(bodies):
    """Every peer as its own documentation would have it for load: no journal, no logs where they can be switched off."""
    openapi = fill_file("openapi.json", WORK / "openapi.json", bodies, as_text=False)
    environment = fill_file("mockoon.json", WORK / "mockoon.json", bodies)
    mappings = fill_file("wiremock.json", WORK / "wiremock" / "mappings" / "peers.json", bodies)
    jar = next(iter(sorted(MODULES.glob("wiremock/build/wiremock-standalone-*.jar"))), "wiremock.jar")
    return [
        peer("wiremock", "wiremock", "java",
             ["java", "-jar", jar, "--port", "{port}", "--bind-address", "127.0.0.1", "--root-dir", mappings.parent.parent,
              "--no-request-journal", "--disable-request-logging", "--disable-banner"],
             warmup_seconds=10),  # the JVM compiles while it runs, on the same core
        peer("mockoon", "@mockoon/cli", "node",
             ["node", MODULES / "@mockoon/cli/bin/run.js", "start", "--data", environment, "--port", "{port}",
              "--hostname", "127.0.0.1", "--disable-log-to-file", "--disable-admin-api"]),
        prism("prism", openapi),
        prism_with_ghl(bodies),
    ]


# The measuring


def wrk(origin, request, seconds):
    headers = [part for name, value in headers_of(request).items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "10s", "-s", HERE / "report.lua", *headers]
    done = subprocess.run(
        pinned(CLIENT_CORE, [*command, origin + REQUESTS[request]]),
        capture_output=True, text=True, timeout=seconds + 60, check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure_once(running, request, seconds, length):
    """One repetition: requests a second, and the share of its core the server used."""
    cpu, start = running.cpu_seconds(), time.monotonic()
    counted = wrk(running.origin, request, seconds)
    share = (running.cpu_seconds() - cpu) / (time.monotonic() - start)
    if counted["refused"] or counted["broken"] or not counted["requests"]:
        raise WrongAnswer(f"{request} under load: {counted}")
    if counted["bytes"] / counted["requests"] < length:
        raise WrongAnswer(f"{request} under load: answers shorter than {length} bytes")
    return counted["requests"] / (counted["microseconds"] / 1e6), share


def measure(running, request, options, length):
    row = Row(running.server.name, running.server.version, request, first_answer_ms=running.first_answer_ms)
    check_answer(running.origin, request, length)
    wrk(running.origin, request, max(running.server.warmup_seconds * options.scale, 1))
    for _ in range(options.repeat):
        rate, share = measure_once(running, request, options.seconds, length)
        row.samples.append(rate)
        row.server_cpu.append(share)
    check_answer(running.origin, request, length)
    return row


def measure_peer(server, options, lengths):
    """A peer that cannot be had or answers wrongly is told in the table; it does not end the run."""
    why_not = server.missing
    if not why_not:
        try:
            with Running(server) as running:
                return [measure(running, request, options, lengths[request]) for request in REQUESTS]
        except (WrongAnswer, subprocess.SubprocessError) as error:
            why_not = str(error)
    return [Row(server.name, server.version, request, why_not=why_not) for request in REQUESTS]


def startup_ms():
    """From exec (of taskset, which becomes mock-ghl) to the line that says it listens."""
    command = pinned(SERVER_CORE, [part.replace("{port}", "0") for part in map(str, mock_ghl().command)])
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        line = process.stdout.readline()
        took = (time.monotonic() - start) * 1000
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
    if b"listening on" not in line:
        raise WrongAnswer(f"mock-ghl said {line!r} where it should listen")
    return took


# The report


def ratio(rows, row):
    ours = next(r for r in rows if r.server == "mock-ghl" and r.request == row.request)
    return ours.median() / row.median() if row.samples else None


def machine():
    models = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip() if shutil.which("node") else ""
    java = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr if shutil.which("java") else ""
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "node": node,
        "java": java.splitlines()[0] if java else "",
    }


def goals(rows, startup):
    """(what, the figure or None when it was not measured, whether it is met)"""
    medians = {(row.server, row.request): row.median() for row in rows}
    listed = []
    for request, least in (("contact", 50_000), ("free-slots", 30_000)):
        figure = medians["mock-ghl", request]
        listed.append((f"{request}: at least {least:,} requests/s on one core", f"{figure:,.0f}", figure >= least))
    for server, least in (("wiremock", 3), ("prism", 50), ("prism+contract", 50)):
        for row in (row for row in rows if row.server == server):
            times = ratio(rows, row)
            listed.append(
                (f"{row.request}: at least {least} x {server}", times and f"{times:.1f} x", times is not None and times >= least)
            )
    listed.append(("startup: under 50 ms", f"{startup:.1f} ms", startup < 50))
    return [{"goal": goal, "figure": figure or "not measured", "met": met} for goal, figure, met in listed]


def table(rows):
    lines = [
        "| request | server | version | requests/s (median) | min | max | mock-ghl is | server's CPU | first answer |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in sorted(rows, key=lambda row: list(REQUESTS).index(row.request)):
        if not row.samples:
            lines.append(f"| {row.request} | {row.server} | {row.version} | not measured: {row.why_not} | | | | | |")
            continue
        lines.append(
            f"| {row.request} | {row.server} | {row.version} | {row.median():,.0f} | {min(row.samples):,.0f} "
            f"| {max(row.samples):,.0f} | {ratio(rows, row):.1f} x | {statistics.median(row.server_cpu):.0%} "
            f"| {row.first_answer_ms:,.0f} ms |"
        )
    return "\n".join(lines)


def as_json(rows, startups, listed, options, lengths):
    results = [
        {
            "server": row.server,
            "version": row.version,
            "request": row.request,
            "requests_per_second": {"median": row.median(), "min": min(row.samples), "max": max(row.samples)},
            "samples": row.samples,
            "server_cpu": row.server_cpu,
            "mock_ghl_ratio": ratio(rows, row),
            "first_answer_ms": row.first_answer_ms,
        }
        if row.samples
        else {"server": row.server, "version": row.version, "request": row.request, "not_measured": row.why_not}
        for row in rows
    ]
    return {
        "machine": machine(),
        "measured_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "settings": {
            "connections": CONNECTIONS,
            "seconds": options.seconds,
            "repetitions": options.repeat,
            "mock_ghl_options": "--fixture mock_ghl/fixtures/unlimited.json --journal 0",
            "body_bytes": lengths,
        },
        "results": results,
        "startup_ms": {"median": statistics.median(startups), "min": min(startups), "max": max(startups)},
        "goals": listed,
    }


def run(options):
    WORK.mkdir(parents=True, exist_ok=True)
    startups = [startup_ms() for _ in range(20)]
    with Running(mock_ghl()) as running:
        bodies = {request: check_answer(running.origin, request) for request in REQUESTS}
        lengths = {request: len(body.encode()) for request, body in bodies.items()}
        rows = [measure(running, request, options, lengths[request]) for request in REQUESTS]
    for server in peers(bodies):
        print(f"peers: {server.name} {server.version} …", file=sys.stderr, flush=True)
        rows += measure_peer(server, options, lengths)
    listed = goals(rows, statistics.median(startups))
    report = as_json(rows, startups, listed, options, lengths)
    (ROOT / "out" / "peers.json").write_text(json.dumps(report, indent=1) + "\n")
    on = report["machine"]
    print(f"{on['cpu']}, {on['cores']} cores (the server has one, wrk the other), Linux {on['kernel']}, "
          f"node {on['node'] or '-'}, {on['java'] or 'no java'}")
    print(f"{CONNECTIONS} connections, median of {options.repeat} x {options.seconds:g} s; bodies of {lengths} bytes; "
          "mock-ghl without rate limits and journal\n")
    print(table(rows))
    print(f"\nmock-ghl listens after {statistics.median(startups):.1f} ms (median of {len(startups)})")
    for goal in listed:
        print(f"{'met' if goal['met'] else 'missed':6} {goal['goal']}: {goal['figure']}")


def main():
    parser = argparse.ArgumentParser(description="mock-ghl beside other mock servers")
    parser.add_argument("--seconds", type=float, default=5, help="of one repetition")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions, of which the median counts")
    parser.add_argument("--scale", type=float, default=1, help="of the warm-ups: 0.2 for a quick look")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the blocks end what they started
    if not shutil.which("wrk") or not MOCK_GHL.exists() or (os.cpu_count() or 1) < 2:
        sys.exit("peers: needs wrk, a built mock-ghl and two cores; run scripts/peers-bench")
    try:
        run(options)
    except WrongAnswer as error:
        print(f"peers: mock-ghl answered wrongly: {error}", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
