import GateSimulation

print((CommandLine.arguments.contains("--short") ? GateTable.short : GateTable.full).text, terminator: "")
