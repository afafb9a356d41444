# mypy: allow-untyped-calls, allow-subclassing-any, allow-untyped-decorators
"""How numba makes a kernel: by the passes that loops need, and as machine code once it is whole.

By itself numba makes a function of each inlined part first, optimised and in machine code that nobody calls, asks for
the same operator of the same types again and again, and looks for closures, generators and parallel loops, which no
kernel has: together half of the time. What it makes is the same, but for how it is laid out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import getitem, setitem
from typing import Any

from llvmlite.binding import Linkage, parse_assembly  # type: ignore[import-untyped]
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, CompileResult, Flags
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import PassManager
from numba.core.runtime.nrt import rtsys
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.types import Function
from numba.core.typing.context import Context
from numba.core.untyped_passes import (
    DeadBranchPrune,
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    RewriteSemanticConstants,
    TranslateByteCode,
)

_PASSES = (
    TranslateByteCode, FixupArgs, IRProcessing, RewriteSemanticConstants, DeadBranchPrune, GenericRewrites,
    ReconstructSSA, NopythonTypeInference, PreLowerStripPhis, IRLegalization, NativeLowering, NoPythonBackend,
)  # fmt: skip


class _Part(JITCodeLibrary):
    """Code that is only linked into a kernel, as it was written: the kernel is optimised as a whole."""

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        """Leave what it calls apart: that is linked into the kernel once, and not into each part on the way."""
        self._raise_if_finalized()
        _inherit_set_up(self)
        for function in self.get_defined_functions():
            if function.linkage == Linkage.external:
                function.linkage = Linkage.linkonce_odr
        self._finalize_dynamic_globals()
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        """It and all that it calls, for a function that is no kernel."""
        if self._shared_module is None:
            self._shared_module = self._final_module.clone()
            _link(self._shared_module, self._linking_libraries, {self})
        return self._shared_module

    def get_pointer_to_function(self, name: str) -> int:
        """Nothing: it has no machine code."""
        return 0

    @property
    def codegen(self) -> _Nowhere:
        """Where its code runs."""
        return _Nowhere()


def _inherit_set_up(library: Any) -> None:
    """Take over what those it is linked with want called when code is loaded again; old numba has no such thing."""
    for other in library._linking_libraries:
        getattr(library, "_reload_init", set()).update(getattr(other, "_reload_init", ()))


def _link(module: Any, libraries: Iterable[Any], seen: set[Any]) -> None:
    """Link libraries and all that they call into a module, each once."""
    for library in libraries:
        if library in seen:
            continue
        seen.add(library)
        is_part = isinstance(library, _Part)
        module.link_in(library._final_module if is_part else library._get_module_for_linking(), preserve=True)
        if is_part:
            _link(module, library._linking_libraries, seen)


class _Whole(JITCodeLibrary):
    """The machine code of a kernel. It is kept without what others would need to inline it: they never do."""

    def finalize(self) -> None:
        """Link all parts, and make the code."""
        _inherit_set_up(self)
        _link(self._final_module, self._linking_libraries, set())
        self._linking_libraries = []
        super().finalize()

    def serialize_using_object_code(self) -> tuple[str, str, tuple[bytes, bytes]]:
        """What is kept: the code, and the names in it by which it is called."""
        self._ensure_finalized()
        names = [one.name for one in self.get_defined_functions() if one.linkage == Linkage.external]
        stubs = "\n".join(f'define void @"{name}"() {{ ret void }}' for name in names)
        return self.name, "object", (self._get_compiled_object(), parse_assembly(stubs).as_bitcode())


class _Kept(CompileResult):
    """A kernel that is kept without the constants of its parts, whose modules need not be imported then."""

    __slots__ = ()

    def _find_referenced_environments(self) -> list[Any]:
        return []


class _Nowhere:
    def set_env(self, name: str, environment: object) -> None:
        """Functions without machine code need no place for their constants."""


@contextmanager
def _only_parts(codegen: Any) -> Iterator[None]:
    """While it lasts, functions that are compiled are parts. Whoever compiles holds numba's lock."""
    codegen._library_class = _Part
    try:
        yield
    finally:
        del codegen._library_class


@contextmanager
def _measured_once(target: Any) -> Iterator[None]:
    """While it lasts, the size of a type is looked up: numba has a module parsed to ask for it."""
    sizes: dict[str, int] = {}
    measure = target.get_abi_sizeof

    def size(kind: Any) -> int:
        name = str(kind)
        if name not in sizes:
            sizes[name] = measure(kind)
        return sizes[name]

    target.get_abi_sizeof = size
    try:
        yield
    finally:
        del target.get_abi_sizeof


class _Options(Flags):
    """Numba's options, quickly compared: it looks up each operator by them too."""

    __slots__ = ()

    def __hash__(self) -> int:
        return _HASH

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Flags) and (self._values == other._values or super().__eq__(other))


_HASH = hash(Flags())
"""Of all options, whatever they are: numba's hash knows their names only."""


_ITEMS = getitem, setitem


class _Types(Context):
    """Numba's knowledge of types, which it shares, and what each operator made of some types."""

    def __new__(cls, shared: Context) -> _Types:
        """Share all that `shared` knows and will know."""
        self: _Types = object.__new__(cls)
        self.__dict__ = shared.__dict__
        return self

    def __init__(self, shared: Context) -> None:
        self._operators: dict[Any, Any] = self.__dict__.get("_operators", {})

    def resolve_function_type(self, function: Any, arguments: Any, named: Any) -> Any:
        """The signature of a call."""
        if named or not (isinstance(function, Function) or function in _ITEMS):
            return super().resolve_function_type(function, arguments, named)
        key = function, tuple(arguments)
        found = self._operators.get(key)
        if found is None:
            found = super().resolve_function_type(function, arguments, named)
            if found is not None:
                self._operators[key] = found
        return found


class PartCompiler(CompilerBase):
    """Compiles what kernels inline."""

    def __init__(
        self,
        types: Context,
        target: Any,
        library: Any,
        arguments: Any,
        returned: Any,
        flags: Flags,
        named: Any,
    ) -> None:
        super().__init__(_Types(types), target, library, arguments, returned, _Options(flags), named)

    def define_pipelines(self) -> list[PassManager]:
        """The passes, as numba asks for them."""
        passes = PassManager("kernel")
        for step in _PASSES:
            passes.add_pass(step, step.__name__)
        passes.finalize()
        return [passes]


class KernelCompiler(PartCompiler):
    """Compiles a kernel: all that it calls is a part of it."""

    def _compile_core(self) -> Any:
        target = self.state.targetctx
        rtsys.initialize(target)  # numba's own runtime, which is no part
        codegen = target.codegen()
        self.state.library = _Whole(codegen, self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        with _only_parts(codegen), _measured_once(target):
            return _Kept(*super()._compile_core())


@global_compiler_lock
def load_kept(dispatcher: Any, signature: Any) -> bool:
    """Load the machine code of a kernel, if it is kept: without what numba knows of types and how to compile them."""
    target = dispatcher.targetctx
    rtsys.initialize(target)
    code = dispatcher._cache._load_overload(signature, target)
    if code is not None:
        dispatcher.add_overload(code)
    return code is not None
