"""Services are started in the order of what they need, restarted when they break, and stopped in the opposite order."""

from simcore import Cancel, Process, World, scenario

HOST = "app:processes"


async def store(process: Process) -> str:
    await process.registry.register("store")
    while True:
        got = await process.select(inbox=process.inbox, events=process.events)
        if got.name == "events":
            assert isinstance(got.value, Cancel)
            return "closed"
        if got.value.topic == "poison":
            raise RuntimeError("poisoned")


async def web(process: Process) -> str:
    await process.registry.register("web")
    await process.events.receive()
    # What it needs is still there while it ends.
    return f"the store is {await process.registry.lookup('store')}"


@scenario
def a_broken_service_comes_back_as_another_process(world: World) -> None:
    world.define("app:store", store)
    world.define("app:web", web)
    world.service(
        "app:store_service",
        process="app:store",
        host=HOST,
        auto_start=True,
        restart={"initial_delay": "1s", "jitter": 0.5, "max_attempts": 3},
    )
    world.service("app:web_service", process="app:web", host=HOST, auto_start=True, depends_on=["store_service"])

    world.run(until="1s")
    first, page = world.names["store"], world.services["app:web_service"].pid
    world.send("store", "poison")
    world.run(until="4s")
    second = world.names["store"]
    world.shut_down(grace="5s")
    world.run()

    assert first != second
    assert world.services["app:store_service"].restarts == 1
    assert world.services["app:web_service"].pid == page
    assert page is not None
    assert world.result(page) == f"the store is {second}"
    assert world.result(second) == "closed"
    assert set(world.services.states().values()) == {"Stopped"}


@scenario
def services_of_an_application_run_as_who_they_are(world: World) -> None:
    world.load_app("scenarios/_lua/services")

    world.run(until="1s")
    page = world.services["app:web_service"].pid
    assert page is not None
    world.send(page, "visit")
    world.run(until="2s")
    first = world.names["store"]
    world.send("store", "nonsense")
    world.run(until="3s")
    second = world.names["store"]
    world.stop_service("app:store_service")
    world.run(until="4s")

    assert first != second
    assert world.result(page) == "closed"
    # What was counted before went with the process that counted it.
    assert world.result(second) == 0
    assert world.services.states() == {"app:store_service": "Stopped", "app:web_service": "Stopped"}
