"""Holds the walk of `mal_graph.py` to mal-simulator: which steps one finds and the other performs.

Usage: mal_simulated.py LANGUAGE SIZE

The simulator takes every step that it may until none is left, without chance and without time. Its cost grows fast; 100 is enough.
"""

import sys

from malsim import MalSimulator
from malsim.config.agent_settings import AttackerSettings
from malsim.config.sim_settings import MalSimulatorSettings

from mal_graph import attack_graph, reached_from

_, graph, entries, _ = attack_graph(sys.argv[1], int(sys.argv[2]))
settings = MalSimulatorSettings(run_defense_step_bernoullis=False, run_attack_step_bernoullis=False)
simulator = MalSimulator(graph, [AttackerSettings("attacker", set(entries))], settings)
state = simulator.reset()["attacker"]
while state.action_surface:
    state = simulator.step({"attacker": list(state.action_surface)})["attacker"]
reached, performed = reached_from(graph, entries), set(state.performed_nodes)
print(f"{sys.argv[2]} components: {len(reached)} reached, {len(performed)} performed by the simulator, {len(reached ^ performed)} differ")
sys.exit(1 if reached ^ performed else 0)
