"""The rows of the seed's tables, in its own words, each with the scenario that shows it and what both front ends see.

It is plain data, so that the page of docs/semantics.md can be made from it without running anything.
"""

from __future__ import annotations

from typing import Any, Final

FUNCTIONS: Final[dict[str, dict[str, tuple[str, Any]]]] = {
    "Informações do Processo": {
        "process.id() -- Identificador da cadeia de chamadas": ("id", ["seed:row", "seed:identity"]),
        "process.pid() -- ID do processo": ("pid", [True]),
    },
    "Enviando Mensagens": {
        "process.send(destination, topic, ...)": ("send", ["greeting", "hello"]),
        "destination | string | PID ou nome registrado": ("send_destination", ["by pid", "by name", "NotFound"]),
        "topic | string | Nome do tópico (não pode começar com @)": ("send_topic", ["greeting", "Invalid"]),
        "... | any | Valores do payload": ("send_payload", [True, 1, [1, "two"]]),
    },
    "Criando Processos": {
        "process.spawn(id, host, ...) -- Spawn básico": ("spawn", [True, "nothing"]),
        "process.spawn_monitored(id, host, ...) -- receber eventos EXIT": ("spawn_monitored", ["EXIT", "done"]),
        "process.spawn_linked(id, host, ...) -- receber LINK_DOWN em saída anormal": (
            "spawn_linked",
            ["LINK_DOWN", "nothing"],
        ),
        "process.spawn_linked_monitored(id, host, ...) -- Ambos linked e monitored": (
            "spawn_linked_monitored",
            ["EXIT", "LINK_DOWN"],
        ),
        'id | string | ID fonte do processo (ex: "app.workers:handler")': ("spawn_id", ["seed:identity", "NotFound"]),
        'host | string | ID do host (ex: "app:processes")': ("spawn_host", [True, "NotFound"]),
        "... | any | Argumentos passados para o processo criado": ("spawn_arguments", [1, "two", True]),
    },
    "Controle de Processo": {
        "process.terminate(destination) -- Terminar forçadamente um processo": ("terminate", ["process terminated"]),
        'process.cancel(destination, "5s") -- Solicitar cancelamento gracioso': ("cancel", ["EXIT", "pid.cancel"]),
        "destination | string | PID ou nome registrado": ("control_destination", ["true", "true", "NotFound"]),
        "deadline | string|integer | String de duração ou milissegundos": (
            "cancel_deadline",
            ["2024-01-01T00:00:05Z", "2024-01-01T00:00:00.25Z"],
        ),
    },
    "Monitoramento e Link": {
        "process.monitor(destination) -- receber eventos EXIT quando o alvo sair": ("monitor", ["EXIT", "nothing"]),
        "process.unmonitor(destination)": ("unmonitor", ["nothing"]),
        "process.link(destination) -- receber LINK_DOWN em saída anormal": ("link", ["LINK_DOWN", "nothing"]),
        "process.link(destination) -- bidirecional": ("link_both_ways", ["linked process failed"]),
        "process.unlink(destination)": ("unlink", ["nothing"]),
    },
    "Opções do Processo": {
        "process.get_options()": ("get_options", [False]),
        "process.set_options({trap_links = true})": ("set_options", [True, "Invalid", True]),
        "trap_links | boolean | Se eventos LINK_DOWN são entregues ao channel de eventos": (
            "trap_links",
            ["LINK_DOWN", "linked process failed"],
        ),
    },
    "Inbox e Eventos": {
        "process.inbox() -- Objetos Message do tópico @inbox": ("inbox", ["greeting", True, "hello"]),
        "process.events() -- Eventos de ciclo de vida do tópico @events": ("events", ["CANCEL"]),
    },
    "Tipos de Evento": {
        "process.event.CANCEL | Cancelamento solicitado": ("kind_cancel", ["pid.cancel", True]),
        "process.event.EXIT | Processo monitorado saiu": ("kind_exit", ["pid.exit", True]),
        "process.event.LINK_DOWN | Processo linked terminou anormalmente": (
            "kind_link_down",
            ["pid.link.down", True],
        ),
    },
    "Campos de Evento": {
        "kind | string | Constante de tipo de evento": ("event_kind", ["pid.exit", "pid.link.down", "pid.cancel"]),
        "from | string | PID de origem": ("event_from", [True, True, True]),
        "result | table | Para EXIT: {value: any} ou {error: string}": ("event_result", ["done", True]),
        "deadline | string | Para CANCEL: timestamp do deadline": ("event_deadline", ["2024-01-01T00:00:05Z", True]),
    },
    "Inscrição em Tópico": {
        "process.listen(topic, options)": ("listen", ["listened"]),
        "process.unlisten(ch)": ("unlisten", ["listened", "T", "unlistened"]),
        "topic | string | Nome do tópico (não pode começar com @)": ("listen_topic", ["for T", "for U", "Invalid"]),
        "options.message | boolean | Se true, recebe objetos Message; se false, payloads raw": (
            "listen_message",
            ["raw", "raw", "U", "object"],
        ),
    },
    "Objetos Message": {
        "msg:topic() -- string: nome do tópico": ("message_topic", ["greeting"]),
        "msg:from() -- string|nil: PID do remetente": ("message_from", [True, True]),
        "msg:payload() -- any: dados do payload": ("message_payload", ["hello", [1, 2, 3], {"key": "value"}]),
    },
    "Chamada Síncrona": {
        "process.call(id, host, ...)": ("call", [["an", "argument"], True, "nothing"]),
    },
    "Upgrade de Processo": {
        "process.upgrade(source, ...) -- Upgrade para nova versão, passando estado": (
            "upgrade_to",
            ["seed:new_version", True, "state"],
        ),
        "process.upgrade(nil, preserved_state) -- Manter mesma definição": ("upgrade_same", ["seed:counter", True, 3]),
    },
    "Spawner de Contexto": {
        'process.with_context({request_id = "123"})': ("context", ["123"]),
    },
    "Métodos SpawnBuilder": {
        "SpawnBuilder é imutável - cada método retorna uma nova instância": (
            "builder_immutable",
            ["request 1, tenant none", "request 1, tenant 2"],
        ),
        "spawner:with_context(values) -- Adicionar valores de contexto": (
            "builder_context",
            ["request 1, tenant 2", "request 3, tenant none"],
        ),
        "spawner:with_actor(actor) -- Definir ator de segurança": ("builder_actor", ["alice"]),
        "spawner:with_scope(scope) -- Definir escopo de segurança": ("builder_scope", ["true", "PermissionDenied"]),
        "spawner:with_name(name) -- Definir nome do processo": ("builder_name", [True]),
        "spawner:with_message(topic, ...) -- Enfileirar mensagem para enviar após spawn": (
            "builder_message",
            ["first 1", "second 2"],
        ),
    },
    "Métodos Spawn do Spawner": {
        "spawner:spawn(id, host, ...)": ("builder_spawn", [True, "nothing"]),
        "spawner:spawn_monitored(id, host, ...)": ("builder_spawn_monitored", ["EXIT", "done"]),
        "spawner:spawn_linked(id, host, ...)": ("builder_spawn_linked", ["LINK_DOWN", "nothing"]),
        "spawner:spawn_linked_monitored(id, host, ...)": ("builder_spawn_linked_monitored", ["EXIT", "LINK_DOWN"]),
    },
    "Registro de Nomes": {
        "process.registry.register(name, pid) -- pid padrão é self": ("register", [True, True]),
        "process.registry.lookup(name)": ("lookup", [True, "NotFound"]),
        "process.registry.unregister(name)": ("unregister", [True, "NotFound"]),
    },
}

NO_CONTEXT: Final[dict[str, dict[str, tuple[str, Any]]]] = {
    "Erros de contexto": {
        "Contexto não encontrado | errors.INVALID": ("pid_everywhere", [True, True, True]),
        "Contexto de frame não encontrado | errors.INVALID": (
            "id_everywhere",
            ["seed:row", "seed:row", "seed:identity"],
        ),
    },
}
"""These two cannot be met: no code of a simulation runs outside a process. Context is everywhere."""

ERRORS: Final[dict[str, dict[str, tuple[str, Any]]]] = {
    "Erros": {
        "Argumentos requeridos ausentes | errors.INVALID": ("missing_arguments", ["Invalid", "Invalid", "Invalid"]),
        "Prefixo de tópico reservado (@) | errors.INVALID": ("reserved_topic", ["Invalid", "Invalid"]),
        "Formato de duração inválido | errors.INVALID": ("bad_duration", ["Invalid", "nothing"]),
        "Nome não registrado | errors.NOT_FOUND": ("unknown_name", ["NotFound", "NotFound", "NotFound"]),
        "Permissão negada | errors.PERMISSION_DENIED": ("denied", ["PermissionDenied", "PermissionDenied"]),
        "Nome já registrado | errors.ALREADY_EXISTS": ("name_taken", ["AlreadyExists", True]),
    },
}

PERMISSIONS: Final[dict[str, dict[str, tuple[str, tuple[str, ...], str]]]] = {
    "Referência de Permissões": {
        "process.spawn | spawn*() | id do processo": (
            "process.spawn",
            ("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored"),
            "seed:leaf",
        ),
        "process.spawn.monitored | spawn_monitored(), spawn_linked_monitored() | id do processo": (
            "process.spawn.monitored",
            ("spawn_monitored", "spawn_linked_monitored"),
            "seed:leaf",
        ),
        "process.spawn.linked | spawn_linked(), spawn_linked_monitored() | id do processo": (
            "process.spawn.linked",
            ("spawn_linked", "spawn_linked_monitored"),
            "seed:leaf",
        ),
        "process.host | spawn*(), call() | id do host": (
            "process.host",
            ("spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored", "call"),
            "seed:processes",
        ),
        "process.send | send() | PID de destino": ("process.send", ("send",), "target"),
        "process.call | call() | id do processo": ("process.call", ("call",), "seed:leaf"),
        "process.terminate | terminate() | PID de destino": ("process.terminate", ("terminate",), "target"),
        "process.cancel | cancel() | PID de destino": ("process.cancel", ("cancel",), "target"),
        "process.monitor | monitor() | PID de destino": ("process.monitor", ("monitor",), "target"),
        "process.unmonitor | unmonitor() | PID de destino": ("process.unmonitor", ("unmonitor",), "target"),
        "process.link | link() | PID de destino": ("process.link", ("link",), "target"),
        "process.unlink | unlink() | PID de destino": ("process.unlink", ("unlink",), "target"),
        'process.context | with_context() | "context"': ("process.context", ("with_context",), "context"),
        'process.security | :with_actor(), :with_scope() | "security"': (
            "process.security",
            ("with_actor", "with_scope"),
            "security",
        ),
        "process.registry.register | registry.register() | nome": ("process.registry.register", ("register",), "name"),
        "process.registry.unregister | registry.unregister() | nome": (
            "process.registry.unregister",
            ("unregister",),
            "name",
        ),
    },
}

MULTIPLE: Final[dict[str, dict[str, tuple[str, tuple[str, ...]]]]] = {
    "Múltiplas Permissões": {
        "spawn() | process.spawn + process.host": ("spawn", ("process.spawn", "process.host")),
        "spawn_monitored() | process.spawn + process.spawn.monitored + process.host": (
            "spawn_monitored",
            ("process.spawn", "process.spawn.monitored", "process.host"),
        ),
        "spawn_linked() | process.spawn + process.spawn.linked + process.host": (
            "spawn_linked",
            ("process.spawn", "process.spawn.linked", "process.host"),
        ),
        "spawn_linked_monitored() | process.spawn + process.spawn.monitored + process.spawn.linked + process.host": (
            "spawn_linked_monitored",
            ("process.spawn", "process.spawn.monitored", "process.spawn.linked", "process.host"),
        ),
        "call() | process.call + process.host": ("call", ("process.call", "process.host")),
        "spawn com ator/escopo customizado | permissões de spawn + process.security": (
            "spawn_secured",
            ("process.spawn", "process.host", "process.security"),
        ),
    },
}

EVALUATION: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "Avaliação de Política": {
        "Actor: O principal de segurança fazendo a requisição": ("actor.id", "seed:caller"),
        "Action: A operação sendo realizada (ex: process.send)": ("action", "process.send"),
        "Resource: O alvo (PID, id do processo, id do host ou nome)": ("resource", "{seed:processes|0x00001}"),
        "Attributes: Contexto adicional incluindo pid (ID do processo do chamador)": (
            "meta.pid",
            "{seed:processes|0x00002}",
        ),
    },
}
