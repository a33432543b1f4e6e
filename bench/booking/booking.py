#!/usr/bin/env python3
"""Compares holdfastd with a Fastify booking server and a bare loop: one machine, one run, the same callers and GHL.

Run it with scripts/booking-bench. The server under test has core 0; mock-ghl and the callers have core 1. Exit codes:
0 measured (whatever the goals say), 3 a server booked wrongly, 1 the bench itself cannot run.
"""
import argparse
import datetime
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIN = ROOT / "build" / "release" / "bin"
WORK = ROOT / "out" / "booking"  # on the disk of the tree: a sync of /tmp may cost nothing
README = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- booking-bench begin: scripts/booking-bench writes this -->", "<!-- booking-bench end -->"

SERVER_CORE, REST_CORE = "0", "1"
TOKEN = "pit-00000000-0000-4000-8000-000000000001"
LOCATION = "locClinic00000000001"
ZONE = "America/New_York"
SECRET = "bench-secret"
# A calendar and a user for each service; a service is named like its calendar, so that no server needs a table.
SERVICES = [f"calRoom{number}000000000000" for number in range(1, 9)]
FIRST_DAY = datetime.date.today() + datetime.timedelta(days=2)
DAYS = 50
WARM_UP = 2000  # conversations before anything is measured: so long V8 goes on compiling
GOAL_FASTIFY, GOAL_BARE = 3, 2


class WrongAnswer(Exception):
    """A server did not book what it should."""


# The processes


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A program on one core that says "listening on URL", ended at the end of the block: it alone, by its id."""

    def __init__(self, name, core, command, environment=None):
        self.name, self.core, self.command = name, core, command
        self.environment = {**os.environ, **(environment or {})}

    def __enter__(self):
        self.log_path = WORK / f"{self.name}.log"
        self.log = open(self.log_path, "w+")
        self.process = subprocess.Popen(
            ["taskset", "-c", self.core, *map(str, self.command)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=self.environment,
        )
        try:
            self.origin = self.wait_for_origin()
        except BaseException:
            self.stop()
            raise
        return self

    def wait_for_origin(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            said = re.search(r" listening on (http://\S+)", self.log_path.read_text())
            if said:
                return said[1]
            if self.process.poll() is not None:
                raise WrongAnswer(f"{self.name} ended with {self.process.returncode}, see {self.log_path}")
            time.sleep(0.01)
        raise WrongAnswer(f"{self.name} does not listen, see {self.log_path}")

    def cpu_seconds(self):
        """utime + stime of all its threads. The kernel's clock of another process says them to the nanosecond; those
        of /proc/PID/stat are the same in steps of 10 ms."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def cpu_seconds_when_quiet(self):
        """After what it does behind the answers: notes, and what it writes down of them."""
        last = self.cpu_seconds()
        for _ in range(25):
            time.sleep(0.2)
            now = self.cpu_seconds()
            if now - last < 0.002:
                break
            last = now
        return now

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def __exit__(self, *_):
        self.stop()


def fixture():
    """The clinic without a rate limit, with a room, a user and a calendar for each service: many free slots."""
    account = json.loads((ROOT / "mock_ghl/fixtures/unlimited.json").read_text())
    account["users"] = [
        {"id": name.replace("cal", "usr"), "locationId": LOCATION, "name": name, "email": f"{name.lower()}@clinic.example"}
        for name in SERVICES
    ]
    account["calendars"] = [
        {
            "id": name, "locationId": LOCATION, "name": name, "calendarType": "personal",
            "teamMembers": [{"userId": name.replace("cal", "usr"), "isPrimary": True}],
            "openHours": [{"daysOfTheWeek": list(range(7)), "hours": [{"openHour": 9, "closeHour": 17}]}],
            "slotDuration": 30, "slotInterval": 30, "allowBookingFor": DAYS + 10, "allowBookingForUnit": "days",
        }
        for name in SERVICES
    ]
    path = WORK / "fixture.json"
    path.write_text(json.dumps(account, indent=1))
    return path


class Mock(Running):
    """mock-ghl with its admin side."""

    def __init__(self):
        super().__init__("mock-ghl", REST_CORE,
                         [BIN / "mock-ghl", "--listen", "127.0.0.1:0", "--fixture", fixture(), "--journal", "0"])

    def admin(self, method, path, body=None):
        request = urllib.request.Request(self.origin + "/__mock" + path, method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read() or b"null")

    def set_latency(self, latency_ms):
        rule = {"fault": "latency", "operation": "*", "delay": {"fixed_ms": latency_ms}}
        self.admin("PUT", "/chaos", {"rules": [rule] if latency_ms else []})

    def requests(self):
        return self.admin("GET", "/journal")["requests"]

    def bookings(self):
        return sum(appointment["occupies"] for appointment in self.admin("GET", "/state")["appointments"])


# The servers under test


def holdfastd(mock, _syncs):
    for old in WORK.glob("ledger.db*"):
        old.unlink()
    services = "".join(f'[[tenant.service]]\nname = "{name}"\ncalendar_id = "{name}"\n' for name in SERVICES)
    (WORK / "holdfast.toml").write_text(
        f'[server]\nlisten = "127.0.0.1:0"\n[ledger]\npath = "{WORK}/ledger.db"\n[ghl]\norigin = "{mock.origin}"\n'
        f'[log]\nlevel = "warning"\n[[tenant]]\nid = "clinic"\nlocation_id = "{LOCATION}"\ntimezone = "{ZONE}"\n'
        f'ghl_token_env = "GHL_TOKEN"\nvapi_secret_env = "VAPI_SECRET"\n{services}'
    )
    return Running("holdfastd", SERVER_CORE, [BIN / "holdfastd", "--config", WORK / "holdfast.toml"],
                   {"GHL_TOKEN": TOKEN, "VAPI_SECRET": SECRET})


def node(name, mock, client):
    return Running(name, SERVER_CORE, ["node", HERE / "fastify" / "server.js"],
                   {"GHL": mock.origin, "TOKEN": TOKEN, "LOCATION": LOCATION, "ZONE": ZONE, "CLIENT": client,
                    "NODE_ENV": "production"})


def fastify(mock, _syncs):
    return node("fastify", mock, "fetch")


def fastify_undici(mock, _syncs):
    return node("fastify+undici", mock, "undici")


def bare(mock, syncs):
    return Running("bare", SERVER_CORE, [BIN / "booking_bare", "--ghl", mock.origin, "--token", TOKEN, "--location", LOCATION,
                                         "--zone", ZONE, "--log", WORK / "bare.log.bin", "--syncs", syncs])


SERVERS = {"holdfastd": holdfastd, "fastify": fastify, "fastify+undici": fastify_undici, "bare": bare}


# The callers


class Line:
    """The callers of one server: every conversation has a person of its own, whatever was measured before."""

    def __init__(self, server, mock):
        self.server, self.mock, self.next_number, self.booked = server, mock, 0, 0

    def load(self, callers, bookings, seconds):
        command = [BIN / "booking_load", "--origin", self.server.origin, "--secret", SECRET, "--first-date", FIRST_DAY,
                   "--dates", DAYS, "--callers", callers, "--bookings", bookings, "--seconds", seconds,
                   "--first-number", self.next_number]
        for service in SERVICES:
            command += ["--service", service]
        done = subprocess.run(["taskset", "-c", REST_CORE, *map(str, command)], capture_output=True, text=True,
                              timeout=seconds + 60)
        if done.returncode != 0:
            raise RuntimeError(f"booking_load: {done.stderr}")
        said = json.loads(done.stdout)
        if said["failed"]:
            raise WrongAnswer(f"{self.server.name}: {said['failed']} were not booked, the first: {said['first_failure'][:300]}")
        self.next_number += len(said["conversations"])
        self.booked += len(said["conversations"])
        return said

    def check_bookings(self):
        """What callers were told is what GHL holds."""
        held = self.mock.bookings()
        if held != self.booked:
            raise WrongAnswer(f"{self.server.name} told {self.booked} callers that they are booked, GHL has {held}")


# Speed


@dataclass
class Cell:
    server: str
    latency_ms: int
    callers: int
    per_second: list = field(default_factory=list)  # bookings, of each repetition
    per_cpu_second: list = field(default_factory=list)  # of the server process
    book_ms: list = field(default_factory=list)  # of all repetitions

    def rate(self):
        return statistics.median(self.per_second)

    def efficiency(self):
        return statistics.median(self.per_cpu_second)

    def quantile_ms(self, share):
        """Nothing where one sample would be the answer."""
        ordered = sorted(self.book_ms)
        return ordered[int(share * len(ordered))] if len(ordered) * (1 - share) >= 1 else None


def repeat_once(cell, line, options):
    before = line.server.cpu_seconds_when_quiet()
    said = line.load(cell.callers, options.bookings, options.seconds)
    used = line.server.cpu_seconds_when_quiet() - before
    count = len(said["conversations"])
    cell.per_second.append(count / said["seconds"])
    cell.per_cpu_second.append(count / used)
    cell.book_ms += [(booked - sent) / 1000 for _, _, sent, booked in said["conversations"]]


def measure_speed(name, syncs, options):
    """All cells of a server, each with a GHL and a server that are new and warm."""
    for latency_ms in options.latencies_ms:
        for callers in options.callers:
            cell = Cell(name, latency_ms, callers)
            with Mock() as mock, SERVERS[name](mock, syncs) as server:
                line = Line(server, mock)
                line.load(20, options.warm_up, 120)
                mock.set_latency(latency_ms)
                for _ in range(options.repeat):
                    repeat_once(cell, line, options)
                line.check_bookings()
            print(f"booking: {name}, {latency_ms} ms, {callers} callers: {cell.rate():,.0f} bookings/s, "
                  f"{cell.efficiency():,.0f} per CPU second", file=sys.stderr, flush=True)
            yield cell


# The path of one booking


@dataclass
class BookingPath:
    server: str
    requests: float = 0  # to GHL, of a conversation
    check_in_a_row: int = 0
    book_in_a_row: int = 0
    calls: dict = field(default_factory=dict)  # system calls of a conversation; empty without strace


def in_a_row(requests, sent_ms, answered_ms):
    """The longest chain of requests that waited for one another, among those answered before the caller was."""
    spans = sorted((end, begin) for begin, end in requests if begin >= sent_ms and end <= answered_ms)
    chain, last_end = 0, 0
    for end, begin in spans:
        if begin >= last_end:
            chain, last_end = chain + 1, end
    return chain


def measure_round_trips(path, line, mock):
    """Alone and with a slow GHL, so that what runs side by side is seen to. A busy machine can only pull requests apart."""
    mock.set_latency(100)
    mock.admin("PUT", "/journal", {"capacity": 1000})
    said = line.load(1, 4, 20)
    time.sleep(0.5)  # the last note
    requests = []
    for record in mock.admin("GET", "/journal/requests?limit=1000")["requests"]:
        begin = datetime.datetime.fromisoformat(record["at"].replace("Z", "+00:00")).timestamp() * 1000
        requests.append((round(begin), round(begin) + record["latencyMs"]))
    times = [[moment / 1000 for moment in conversation] for conversation in said["conversations"]]
    path.check_in_a_row = min(in_a_row(requests, int(sent), answered) for sent, answered, _, _ in times)
    path.book_in_a_row = min(in_a_row(requests, int(sent), answered) for _, _, sent, answered in times)
    mock.admin("PUT", "/journal", {"capacity": 0})
    mock.set_latency(0)


SYNCS = ["fdatasync", "fsync"]


def measure_calls(path, line, options):
    """System calls of a conversation, counted by strace in a run of its own: it slows the server many times over."""
    if not shutil.which("strace"):
        print("booking: no strace, so system calls are not counted", file=sys.stderr)
        return
    summary = WORK / f"{path.server}.strace"
    summary.unlink(missing_ok=True)
    tracer = subprocess.Popen(["strace", "-f", "-c", "-o", summary, "-p", str(line.server.process.pid)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(1)  # until it is attached to every thread
    if tracer.poll() is not None:
        print(f"booking: strace may not attach: {tracer.stderr.read().strip()}", file=sys.stderr)
        return
    line.load(1, options.traced, 60)
    time.sleep(1)
    tracer.send_signal(signal.SIGINT)
    tracer.wait(30)
    for words in map(str.split, summary.read_text().splitlines()):
        if len(words) >= 5 and words[3].isdigit():
            path.calls[words[-1]] = int(words[3]) / options.traced


def measure_path(name, syncs, options):
    path = BookingPath(name)
    with Mock() as mock, SERVERS[name](mock, syncs) as server:
        line = Line(server, mock)
        line.load(1, 20, 60)
        time.sleep(0.5)
        before, booked = mock.requests(), line.booked
        line.load(1, 50, 60)
        time.sleep(0.5)
        path.requests = (mock.requests() - before) / (line.booked - booked)
        measure_round_trips(path, line, mock)
        measure_calls(path, line, options)
        line.check_bookings()
    return path


# The report


def machine():
    cpu = next((text.partition(":")[2].strip() for text in Path("/proc/cpuinfo").read_text().splitlines()
                if text.startswith("model name")), platform.machine())
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip() if shutil.which("node") else ""
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return {"cpu": cpu, "cores": os.cpu_count(), "kernel": platform.release().split("-")[0], "node": node, "commit": commit,
            "load_before": os.getloadavg()[0]}


def fastify_version():
    try:
        return json.loads((HERE / "fastify/node_modules/fastify/package.json").read_text())["version"]
    except OSError:
        return "-"


def milliseconds(value):
    return "–" if value is None else f"{value:,.1f}"


def speed_table(cells):
    lines = [
        "| GHL answers after | callers | server | bookings/s | bookings/CPU s | holdfastd is | book p50, ms | p99, ms |",
        "|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    ours = {(cell.latency_ms, cell.callers): cell.efficiency() for cell in cells if cell.server == "holdfastd"}
    for cell in sorted(cells, key=lambda cell: (cell.latency_ms, cell.callers)):
        ratio = ours[cell.latency_ms, cell.callers] / cell.efficiency()
        lines.append(
            f"| {cell.latency_ms} ms | {cell.callers} | {cell.server} | {cell.rate():,.0f} | {cell.efficiency():,.0f} "
            f"| {ratio:.2f} x | {milliseconds(cell.quantile_ms(0.5))} | {milliseconds(cell.quantile_ms(0.99))} |"
        )
    return "\n".join(lines)


def path_table(paths):
    lines = [
        "| server | requests to GHL | in a row: check | book | fdatasync | pwrite | fcntl | all system calls |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for path in paths:
        counts = ["not counted"] * 4
        if path.calls:
            numbers = [sum(path.calls.get(name, 0) for name in SYNCS), path.calls.get("pwrite64", 0),
                       path.calls.get("fcntl", 0), path.calls.get("total", 0)]
            counts = [f"{number:,.1f}" for number in numbers]
        lines.append(f"| {path.server} | {path.requests:.1f} | {path.check_in_a_row} | {path.book_in_a_row} | "
                     + " | ".join(counts) + " |")
    return "\n".join(lines)


def times_ours(cells, name):
    """How many bookings holdfastd makes in the CPU time in which this server makes one, row by row."""
    of = {(cell.server, cell.latency_ms, cell.callers): cell.efficiency() for cell in cells}
    return [value / other for (server, *row), value in of.items() if server == "holdfastd"
            for other in [of.get((name, *row))] if other]


def goals(cells):
    """A goal is met when the worst row meets it."""
    listed = []
    for name in ["fastify", "fastify+undici"]:
        times = times_ours(cells, name)
        figure = f"{min(times):.1f} to {max(times):.1f} x" if times else "not measured"
        met = bool(times) and min(times) >= GOAL_FASTIFY
        listed.append((f"at least {GOAL_FASTIFY} x {name} in bookings per CPU second", figure, met))
    times = [1 / value for value in times_ours(cells, "bare")]
    figure = f"{min(times):.1f} to {max(times):.1f} x"
    listed.append((f"at most {GOAL_BARE} x the bare loop in CPU per booking", figure, max(times) <= GOAL_BARE))
    return [{"goal": goal, "figure": figure, "met": met} for goal, figure, met in listed]


def report_text(report, cells, paths, options):
    on = report["machine"]
    verdicts = "; ".join(f"{'met' if goal['met'] else 'missed'}: {goal['goal']} ({goal['figure']})" for goal in report["goals"])
    busy = "" if on["load_before"] < 1 else (
        f"\n**The machine was busy (load average {on['load_before']:.0f}): the ratios are rough, the rates mean nothing.**")
    return "\n".join([
        f"At {on['commit']} on an {on['cpu']} with {on['cores']} cores, Linux {on['kernel']}, Node {on['node'] or '-'}, Fastify "
        f"{fastify_version()}; medians of {options.repeat} runs of {options.bookings} bookings or {options.seconds:g} s each, "
        f"after {options.warm_up} bookings to warm up:{busy}",
        "", speed_table(cells), "", "One conversation, alone:", "", path_table(paths), "",
        f"Goals, each for every row above: {verdicts}.",
    ])


def write_readme(text):
    whole = README.read_text()
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise RuntimeError(f"{README} has lost its markers: {BEGIN} … {END}")
    README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def servers_here():
    """Those that start. Without node or its packages the others are still worth measuring."""
    for name in SERVERS:
        try:
            with Mock() as mock, SERVERS[name](mock, 0):
                yield name
        except (WrongAnswer, FileNotFoundError) as error:
            if not name.startswith("fastify"):
                raise
            print(f"booking: {name} is not measured: {error}", file=sys.stderr)


def run(options):
    WORK.mkdir(parents=True, exist_ok=True)
    names = list(servers_here())
    on = machine()
    # The bare loop syncs as often as holdfastd does, so that one comes first.
    paths = [measure_path("holdfastd", 0, options)]
    syncs = round(sum(paths[0].calls.get(name, 0) for name in SYNCS)) if paths[0].calls else 2
    paths += [measure_path(name, syncs, options) for name in names if name != "holdfastd"]
    cells = [cell for name in names for cell in measure_speed(name, syncs, options)]
    report = {
        "machine": on,
        "measured_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "settings": {"bookings": options.bookings, "seconds": options.seconds, "repetitions": options.repeat,
                     "warm_up": options.warm_up, "syncs_of_bare": syncs, "fastify": fastify_version()},
        "speed": [{"server": cell.server, "latency_ms": cell.latency_ms, "callers": cell.callers,
                   "bookings_per_second": cell.per_second, "bookings_per_cpu_second": cell.per_cpu_second,
                   "book_ms": {"p50": cell.quantile_ms(0.5), "p99": cell.quantile_ms(0.99), "samples": len(cell.book_ms)}}
                  for cell in cells],
        "path": [vars(path) for path in paths],
        "goals": goals(cells),
    }
    (ROOT / "out" / "booking.json").write_text(json.dumps(report, indent=1) + "\n")
    text = report_text(report, cells, paths, options)
    print(text)
    if not options.print_only:
        write_readme(text)


def main():
    parser = argparse.ArgumentParser(description="holdfastd beside a Fastify booking server and a bare loop")
    parser.add_argument("--bookings", type=int, default=400, help="of one repetition")
    parser.add_argument("--seconds", type=float, default=6, help="after these a repetition begins no booking")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions, of which the median counts")
    parser.add_argument("--warm-up", type=int, default=WARM_UP, help="bookings before the first repetition")
    parser.add_argument("--callers", type=int, nargs="+", default=[1, 10, 100], help="at once, a row for each")
    parser.add_argument("--latencies-ms", type=int, nargs="+", default=[0, 100], help="of GHL, a row for each")
    parser.add_argument("--traced", type=int, default=50, help="bookings under strace")
    parser.add_argument("--print-only", action="store_true", help="leaves bench/README.md as it is")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the blocks end what they started
    capacity = len(SERVICES) * DAYS * 16
    if options.warm_up + options.repeat * options.bookings > capacity:
        sys.exit(f"booking: there are {capacity} free slots; fewer --bookings or --repeat")
    if (os.cpu_count() or 1) < 2 or not all((BIN / name).exists() for name in ("mock-ghl", "holdfastd", "booking_load", "booking_bare")):
        sys.exit("booking: needs two cores and the built programs; run scripts/booking-bench")
    try:
        run(options)
    except WrongAnswer as error:
        print(f"booking: {error}", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
