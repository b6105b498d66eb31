"""The types of the native module and of the package name what they have: no more, no less."""

import ast

import pytest
from farshore import _core, _stubs

TREE = ast.parse(_stubs.STUB.read_text())
CLASSES = {node.name: node for node in TREE.body if isinstance(node, ast.ClassDef)}
# What Python gives every class, what comes with `__eq__` and `__setitem__`, and what only NumPy calls.
UNNAMED = set(dir(object)) | {"__module__", "__ge__", "__le__", "__delitem__"}
UNNAMED |= {"__array_interface__", "__array_function__", "__array_priority__", "__name__", "__signature__"}


def test_the_stubs_are_up_to_date():
    assert _stubs.STUB.read_text() == _stubs.text()
    assert _stubs.PACKAGE.read_text() == _stubs.package()


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_names_its_members(name):
    named = {node.name for node in CLASSES[name].body if isinstance(node, ast.FunctionDef)}
    assert named - UNNAMED == set(vars(getattr(_core, name))) - UNNAMED


def test_every_function_of_the_module_is_named():
    named = {node.name for node in TREE.body if isinstance(node, ast.FunctionDef)}
    there = {
        name for name, value in vars(_core).items() if type(value).__name__ == "builtin_function_or_method"
    }
    assert named == there
