"""The json module (lua 6.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simcore.lua.leaves.jsontext import read_json
from simcore.model.errors import Failure, InvalidArgument, ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lua.conftest import Bench


def run(bench: Bench, body: str, *arguments: Any) -> Any:
    return bench.run(body, *arguments, modules=("json",))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("nil", "null"),
        ("true", "true"),
        ("{}", "[]"),
        ("{{}, {a = {}}}", '[[],{"a":[]}]'),
        ("{1, 'two', false}", '[1,"two",false]'),
        ("{b = 1, a = {c = 2}, B = 3}", '{"B":3,"a":{"c":2},"b":1}'),
        ("10 / 2", "5"),
        ("0.5", "0.5"),
        ("1e300", "1e+300"),
        ("math.mininteger", "-9223372036854775808"),
        ("{0/0, 1/0, -1/0}", "[null,null,null]"),
        (r"'a\"b\\c\n\1\127/<é>'", '"a\\"b\\\\c\\n\\u0001\x7f/<é>"'),
        (r"'\xff\xc3\xa9\xe2'", '"\N{REPLACEMENT CHARACTER}é\N{REPLACEMENT CHARACTER}"'),
        ("setmetatable({1}, {__index = {2}})", "[1]"),
    ],
)
def test_a_value_has_one_text(bench: Bench, value: str, text: str) -> None:
    assert run(bench, f"local text, problem = json.encode({value}) return {{text, problem == nil}}") == [text, True]


def test_the_order_in_which_keys_were_put_does_not_matter(bench: Bench) -> None:
    body = """
    local one, other = {}, {}
    for i = 1, 200 do one["k" .. i] = i other["k" .. 201 - i] = 201 - i end
    return json.encode(one) == json.encode(other)
    """

    assert run(bench, body) is True


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "(function() local t = {} t.t = {t} return t end)()",
            "json: cannot encode a recursive table: it holds itself",
        ),
        ("(function() local t = {} for _ = 1, 128 do t = {t} end return t end)()", "nested deeper than 128"),
        ("{1, nil, 3}", "sparse array"),
        ("{[2] = 1}", "sparse array"),
        ("{[0] = 1}", "sparse array"),
        ("{1, a = 2}", "mixed keys"),
        ("{[1.5] = 1}", "mixed keys"),
        ("{[true] = 1}", "mixed keys"),
        ("print", "json: cannot encode a function"),
        ("{a = {coroutine.create(print)}}", "json: cannot encode a thread"),
        ("channel.new()", "json: cannot encode a userdata"),
        ("{errors.new('x')}", "json: cannot encode a userdata"),
    ],
)
def test_what_json_does_not_have_is_an_internal_error(bench: Bench, value: str, message: str) -> None:
    body = f"local v, e = json.encode({value}) return {{v == nil, e:message(), e:kind(), e:retryable()}}"
    none, text, kind, retryable = run(bench, body)

    assert (none, kind, retryable) == (True, "Internal", False)
    assert message in text


def test_what_is_only_shared_is_written_twice_and_128_deep_is_allowed(bench: Bench) -> None:
    body = """
    local shared, deep = {1}, {}
    for _ = 1, 127 do deep = {deep} end
    return {json.encode({shared, shared}), #json.encode(deep)}
    """

    assert run(bench, body) == ["[[1],[1]]", 256]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", [1, "integer"]),
        ("-0", [0, "integer"]),
        ("1.0", [1.0, "float"]),
        ("1e2", [100.0, "float"]),
        ("9223372036854775807", [2**63 - 1, "integer"]),
        ("9223372036854775808", [2.0**63, "float"]),
        (' {"a": [1, {"b": null}], "a ": ""} ', [{"a": [1, []], "a ": ""}]),
        ("[]", [[]]),
        ('{"a":1,"a":2}', [{"a": 2}]),
        (r'"\u00e9\ud83d\ude00\ud800\\ud800\/"', ["é\N{GRINNING FACE}\N{REPLACEMENT CHARACTER}\\ud800/"]),
        ("false", [False]),
    ],
)
def test_a_text_has_one_value(bench: Bench, text: str, value: Any) -> None:
    body = "local v, e = json.decode((...)) assert(e == nil) return {v, math.type(v)}"
    found = run(bench, body, text)

    assert found == value
    assert type(found[0]) is type(value[0])


def test_null_is_nil_and_leaves_no_field(bench: Bench) -> None:
    body = """
    local v, e = json.decode('null')
    local map, list = json.decode('{"a":null,"b":1}'), json.decode('[null,2]')
    return {v == nil and e == nil, next(map), list[1] == nil, list[2]}
    """

    assert run(bench, body) == [True, "b", True, 2]


def test_bytes_that_are_no_utf8_are_replaced(bench: Bench) -> None:
    assert run(bench, r"return {json.decode('\"\xff\"'), #json.decode('\"é\"')}") == ["\N{REPLACEMENT CHARACTER}", 2]


@pytest.mark.parametrize("argument", ["''", "", "nil", "5", "{}", "channel.new()"])
def test_what_is_no_text_is_an_invalid_error(bench: Bench, argument: str) -> None:
    body = f"local v, e = json.decode({argument}) return {{v == nil, e:kind(), e:retryable()}}"

    assert run(bench, body) == [True, "Invalid", False]


MISTAKES = {
    "[1,2,]": "a value expected at character 6",
    "[": "a value or ']' expected at character 2",
    '{"a" 1}': "':' expected at character 6",
    "{a:1}": "a key in quotes or '}' expected at character 2",
    '{"a":1,}': "a key in quotes expected at character 8",
    '{"a":1': "',' or '}' expected at character 7",
    "[1 2]": "',' or ']' expected at character 4",
    "[1] x": "the end expected at character 5",
    " tru": "a value expected at character 2",
    "01": "the end expected at character 2",
    "'a'": "a value expected at character 1",
    '"a\nb"': "a value expected at character 1",
    r'"\x"': "a value expected at character 1",
    '["é" 1]': "',' or ']' expected at character 6",
    "\ufeff[]": "a value expected at character 1",
    "   ": "a value expected at character 4",
    "[NaN]": "NaN is no number",
    "-Infinity": "-Infinity is no number",
    "1e999": "the number 1e999 is out of range",
    "-" + "9" * 5000: f"the number -{'9' * 39}... is out of range",
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.items())
def test_malformed_json_is_an_internal_error_that_says_where(bench: Bench, text: str, message: str) -> None:
    body = "local v, e = json.decode((...)) return {v == nil, e:message(), e:kind(), e:retryable()}"

    assert run(bench, body, text) == [True, f"json: malformed JSON: {message}", "Internal", False]


@pytest.mark.parametrize("open_and_close", ["[]", "{}"])
def test_depth_is_bounded_before_python_is(open_and_close: str) -> None:
    start, end = ("[", "]") if open_and_close == "[]" else ('{"a":', "}")
    assert read_json(start * 199 + "[]" + end * 199)

    for text in (start * 200 + "[]" + end * 200, start * 100_000):
        with pytest.raises(InvalidArgument, match="JSON may be nested 200 deep, this is deeper"):
            read_json(text)


def test_brackets_in_texts_have_no_depth() -> None:
    assert read_json('["' + "[" * 1000 + '\\"{"]') == ["[" * 1000 + '"{']


def test_a_round_trip_changes_nothing(bench: Bench) -> None:
    body = """
    local value = {name = "é\\0", list = {1, 2.5, true, {}}, nested = {deep = {"x"}}}
    local text = json.encode(value)
    return {text == json.encode(json.decode(text)), json.decode(text)}
    """

    value = {"name": "é\0", "list": [1, 2.5, True, []], "nested": {"deep": ["x"]}}
    assert run(bench, body) == [True, value]


# -- validate and validate_string

PERSON = """{
    type = "object",
    properties = {
        name = {type = "string", minLength = 1, maxLength = 5, pattern = "^[a-zé]+$"},
        age = {type = "integer", minimum = 0, maximum = 150},
        tags = {type = "array", items = {enum = {"a", 1, false}}},
    },
    required = {"name"},
    additionalProperties = false,
}"""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{name = 'x'}", None),
        ("{name = 'ééééé', age = 150.0, tags = {'a', 1.0, false}}", None),
        ("{name = 'x', tags = {}}", None),
        ("{}", "at '/': the field \"name\" is missing"),
        ("5", "at '/': object expected, but it is integer"),
        ("nil", "at '/': object expected, but it is null"),
        ("{'x'}", "at '/': object expected, but it is array"),
        ("{name = ''}", "at '/name': a length of at least 1 expected"),
        ("{name = 'abcdef'}", "at '/name': a length of at most 5 expected"),
        ("{name = 'A'}", 'at \'/name\': "A" does not match the pattern "^[a-z\\u00e9]+$"'),
        ("{name = 'x', age = -1}", "at '/age': -1 is less than 0"),
        ("{name = 'x', age = 151}", "at '/age': 151 is more than 150"),
        ("{name = 'x', age = 1.5}", "at '/age': integer expected, but it is number"),
        ("{name = 'x', age = true}", "at '/age': integer expected, but it is boolean"),
        ("{name = 'x', tags = {'a', true}}", "at '/tags/1': true is none of [\"a\", 1, false]"),
        ("{name = 'x', other = 1}", "at '/': the field \"other\" is not allowed"),
        ("{1, a = 2}", "cannot encode a table with mixed keys: use texts, or the indices of a list"),
    ],
)
def test_data_is_judged_by_a_schema(bench: Bench, data: str, message: str | None) -> None:
    body = f"""
    local good, e = json.validate({PERSON}, {data})
    return {{good, e and e:message(), e and e:kind(), e and e:retryable()}}
    """

    expected = [True] if message is None else [False, f"json: {message}", "Invalid", False]
    assert run(bench, body) == expected


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ('{"type":["string","null"]}', "null", "1"),
        ('{"type":"number"}', "1.5", '"1"'),
        ('{"type":"array"}', "[]", "{}"),
        ('{"type":"object"}', "{}", "[]"),
        ('{"const":{"a":1}}', '{"a":1.0}', '{"a":true}'),
        ('{"exclusiveMinimum":1}', "2", "1"),
        ('{"exclusiveMaximum":1}', "0", "1"),
        ('{"multipleOf":0.1}', "0.3", "0.35"),
        ('{"minItems":1,"maxItems":2}', "[1]", "[]"),
        ('{"maxItems":2}', "[1,2]", "[1,2,3]"),
        ('{"uniqueItems":true}', "[1,true,[1]]", "[1,2,1.0]"),
        ('{"minProperties":1}', '{"a":1}', "{}"),
        ('{"maxProperties":1}', "{}", '{"a":1,"b":2}'),
        ('{"additionalProperties":{"type":"string"}}', '{"a":"x"}', '{"a":1}'),
        ('{"allOf":[{"minimum":1},{"maximum":2}]}', "1", "3"),
        ('{"anyOf":[{"type":"string"},{"minimum":2}]}', '"x"', "1"),
        ('{"oneOf":[{"minimum":1},{"minimum":2}]}', "1", "2"),
        ('{"not":{"type":"null"}}', "1", "null"),
        ('{"items":false}', "[]", "[1]"),
        ('{"pattern":"b+"}', '"abc"', '"ac"'),
        ('{"minLength":1}', '"\N{GRINNING FACE}"', '""'),
        ('{"maxLength":1,"title":"t","$schema":"s","default":[]}', '"\N{GRINNING FACE}"', '"ab"'),
    ],
)
def test_each_keyword_lets_pass_and_refuses(bench: Bench, schema: str, good: str, bad: str) -> None:
    body = """
    local schema, good, bad = ...
    local passed, none = json.validate_string(schema, good)
    local refused, problem = json.validate_string(schema, bad)
    return {passed, none == nil, refused, problem:kind(), (json.validate_string(json.decode(schema), good))}
    """

    assert run(bench, body, schema, good, bad) == [True, True, False, "Invalid", True]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("{type = 'objekt'}", "invalid schema at '/type': it must be one of array, boolean"),
        ("{minimum = '1'}", "invalid schema at '/minimum': it must be a number"),
        ("{minLength = -1}", "invalid schema at '/minLength': it must be a whole number"),
        ("{required = 'a'}", "invalid schema at '/required': it must be a list of texts"),
        ("{properties = {a = 5}}", "invalid schema at '/properties/a': a schema is an object or a boolean"),
        ("{pattern = '(?=x)'}", "invalid schema at '/pattern': it must be a regular expression"),
        ("{exclusiveMinimum = true}", "invalid schema at '/exclusiveMinimum': it must be a number"),
        ("{allOf = {}}", "invalid schema at '/allOf': it must be a list of one schema or more"),
        ("5", "a schema is a table or a text, not a number"),
        ("'{'", "malformed JSON: a key in quotes or '}' expected at character 2"),
        ("''", "malformed JSON: a value expected at character 1"),
        ("{1, a = 2}", "cannot encode a table with mixed keys"),
    ],
)
def test_a_malformed_schema_is_an_invalid_error(bench: Bench, schema: str, message: str) -> None:
    good, text, kind = run(bench, f"local good, e = json.validate({schema}, 1) return {{good, e:message(), e:kind()}}")

    assert (good, kind) == (False, "Invalid")
    assert message in text


@pytest.mark.parametrize(
    "schema",
    [
        "{format = 'email'}",
        "{['$ref'] = '#'}",
        "{properties = {a = {patternProperties = {}}}}",
        "{minumum = 1}",
        "{items = {{type = 'string'}}}",
    ],
)
def test_an_unsupported_keyword_is_raised_and_never_ignored(bench: Bench, schema: str) -> None:
    told = r"^app:main:2: json: (schema keyword|a list of schemas as) '.*' at '/.*' is not part of this simulation; "
    with pytest.raises(ProcessError, match=told):
        run(bench, f"return (json.validate({schema}, 'x'))")


def test_an_empty_table_is_both_a_list_and_a_map(bench: Bench) -> None:
    body = """
    return {json.validate({type = "array"}, {}), json.validate({type = "object"}, {}),
        (json.validate({required = {"a"}}, {})), (json.validate({minItems = 1}, {})), json.validate({}, {}),
        json.validate({properties = {}, items = {}}, {a = 1})}
    """

    assert run(bench, body) == [True, True, False, False, True, True]


@pytest.mark.parametrize("argument", ["nil", "5", "{}"])
def test_what_is_no_text_is_not_validated(bench: Bench, argument: str) -> None:
    body = f"local good, e = json.validate_string({{}}, {argument}) return {{good, e:kind()}}"

    assert run(bench, body) == [False, "Invalid"]


@pytest.mark.parametrize(
    "work",
    [
        "json.validate({enum = {('x'):rep(10000)}, allOf = many({enum = {1, 2, 3}})}, big)",
        "json.validate({items = {pattern = ('(a?)'):rep(100)}}, big)",
        "json.validate({items = {allOf = many({type = 'string'})}}, big)",
        "json.encode(doubled)",
    ],
)
def test_the_work_of_one_call_is_bounded(bench_with: Callable[..., Bench], work: str) -> None:
    body = f"""
    local big, doubled = {{}}, {{}}
    for i = 1, 3000 do big[i] = ('a'):rep(100) end
    for _ = 1, 100 do doubled = {{doubled, doubled}} end
    local function many(schema) local all = {{}} for i = 1, 3000 do all[i] = schema end return all end
    return {work}
    """
    with pytest.raises(Failure, match="livelock"):
        bench_with(lua_instructions_max=2_000_000).run(body, modules=("json",))
