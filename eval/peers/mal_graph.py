"""Builds a model of the Meta Attack Language, its attack graph with mal-toolbox, and what an attacker reaches in it.

Usage: mal_graph.py LANGUAGE SIZE

LANGUAGE is the file of exampleLang (`.mal`) or of coreLang (`.mar`); MODELS knows them by their ids. Parts and connections follow
the arithmetic of `crates/paths/benches/paths.rs` as far as the language has words for them, so that nothing is random. The
toolbox builds graphs and walks none of them; the walk is here, by the rules of the language: an `|` step is reached by one
parent, an `&` step by all of them. A size that takes more than five minutes or eight GiB is given up.
"""

import collections
import os
import resource
import signal
import sys
import time

SECONDS_MAX = 300
BYTES_MAX = 8 * 2**30
FLOWS_EACH = 5


def flows(size):
    """The flows of the bench: five for each component."""
    for n in range(size * FLOWS_EACH):
        yield n % size, (n * 7 + n // size + 1) % size


def zones(size):
    """The networks of the bench: fifty of each hundred components."""
    for zone in range(size // 100):
        yield range(zone * 100, zone * 100 + 50)


def example_model(model, size):
    """Hosts and, for each host, the network that it sends into; a password where the bench has authentication."""
    hosts = [model.add_asset("Host", f"c{n}") for n in range(size)]
    users = [model.add_asset("User", f"u{n}") for n in range(size // 20 + 1)]
    sent_into = [model.add_asset("Network", f"n{n}") for n in range(size)]
    for source, target in flows(size):
        sent_into[source].add_associated_assets("hosts", {hosts[target]})
    for number, members in enumerate(zones(size)):
        model.add_asset("Network", f"z{number}").add_associated_assets("hosts", {hosts[n] for n in members})
    for n in range(0, size, 8):
        password = model.add_asset("Password", f"p{n}")
        password.add_associated_assets("host", {hosts[n]})
        password.add_associated_assets("user", {users[n // 20]})
    internet = model.add_asset("Network", "internet")
    internet.add_associated_assets("hosts", set(hosts[::10]))
    return ["internet:access", *(f"{user.name}:attemptPhishing" for user in users)]


def core_model(model, size):
    """Applications with a rule for each flow; identities, stored data and weaknesses where the bench has something like them."""
    apps = [model.add_asset("Application", f"c{n}") for n in range(size)]
    for number, (source, target) in enumerate(flows(size)):
        rule = model.add_asset("ConnectionRule", f"f{number}")
        apps[source].add_associated_assets("outgoingAppConnections", {rule})
        apps[target].add_associated_assets("ingoingAppConnections", {rule})
    for number, members in enumerate(zones(size)):
        model.add_asset("Network", f"z{number}").add_associated_assets("applications", {apps[n] for n in members})
    for n in range(size):
        if n % 8 == 0:
            identity = model.add_asset("Identity", f"i{n}")
            identity.add_associated_assets("lowPrivApps", {apps[n]})
            letters = model.add_asset("Credentials", f"k{n}")
            letters.add_associated_assets("identities", {identity})
            # Stored by the next application, as the data of the bench are.
            if n + 1 < size:
                held = model.add_asset("Data", f"d{n}")
                held.add_associated_assets("information", {letters})
                held.add_associated_assets("containingApp", {apps[n + 1]})
        elif n % 8 == 2:
            model.add_asset("SoftwareVulnerability", f"v{n}").add_associated_assets("application", {apps[n]})
    internet = model.add_asset("Network", "internet")
    internet.add_associated_assets("applications", set(apps[::10]))
    return ["internet:accessUninspected"]


MODELS = {"org.mal-lang.examplelang": example_model, "org.mal-lang.coreLang": core_model}


def holds(node):
    """Whether what is no attack step stands in nobody's way: a defence that is off, or a condition that the model meets."""
    if node.type == "defense":
        return (node.ttc or {}).get("name") != "Enabled"
    return node.existence_status == (node.type == "exist")


def closure(first, granted):
    """What follows from `first`, where all of `granted` is had from the beginning."""
    reached = set(first)
    waiting = collections.deque(first)
    while waiting:
        for child in waiting.popleft().children:
            if child in reached or child.type not in ("or", "and"):
                continue
            if child.type == "or" or all(parent in reached or parent in granted for parent in child.parents):
                reached.add(child)
                waiting.append(child)
    return reached


def given_up(*_):
    raise TimeoutError


def attack_graph(path, size):
    """The model, its graph, the names of the steps where the attacker begins, and the clocks before the model and after it."""
    from maltoolbox.attackgraph import AttackGraph
    from maltoolbox.language import LanguageGraph
    from maltoolbox.model import Model

    language = LanguageGraph.load_from_file(path)
    began = (time.monotonic(), time.process_time())
    model = Model("bench", language)
    entries = MODELS[language.metadata["id"]](model, size)
    modelled = time.monotonic()
    return model, AttackGraph(language, model), entries, (*began, modelled)


def reached_from(graph, entries):
    nodes = graph.nodes.values()
    free = closure([node for node in nodes if node.type not in ("or", "and") and holds(node)], frozenset())
    return closure([graph.get_node_by_full_name(name) for name in entries], free)


def main(path, size):
    model, graph, entries, (began, used_before, modelled) = attack_graph(path, size)
    built = time.monotonic()
    reached = reached_from(graph, entries)
    walked = time.monotonic()
    used = time.process_time() - used_before
    edges = sum(len(node.children) for node in graph.nodes.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size} components, {len(model.assets)} assets: {len(graph.nodes)} nodes, {edges} edges, {len(reached)} reached (entries: "
        f"{len(entries)}); model {modelled - began:.2f} s, graph {built - modelled:.2f} s, reach {walked - built:.2f} s (all of it "
        f"{used:.2f} s of a processor); peak {peak:.0f} MiB",
        flush=True,
    )


def run(path, size):
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))
    signal.signal(signal.SIGALRM, given_up)
    signal.alarm(SECONDS_MAX)
    try:
        main(path, size)
    except (TimeoutError, MemoryError) as reason:
        limit = f"{SECONDS_MAX} s" if isinstance(reason, TimeoutError) else f"{BYTES_MAX // 2**30} GiB"
        print(f"{size} components: given up at {limit}", flush=True)
    # What was built is not taken apart piece by piece, which takes long and says nothing.
    os._exit(0)


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
