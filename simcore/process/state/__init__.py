"""The state of one world: processes, hosts, who looks on. It decides nothing by itself."""
