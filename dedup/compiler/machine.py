"""LLVM: text to machine code for this processor, and machine code to addresses."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Sequence
from threading import RLock
from typing import Any

import llvmlite
import llvmlite.binding as llvm

from dedup.compiler.errors import NotCompiled

LOCK = RLock()
"""Held while LLVM works: all of a process share its context."""


def processor() -> str:
    """What machine code depends on beside its source: LLVM, and the processor with what it can do."""
    features = llvm.get_host_cpu_features().flatten()
    return f"{llvmlite.__version__} {llvm.get_process_triple()} {llvm.get_host_cpu_name()} {features}"


def _machine() -> Any:
    if sys.implementation.name != "cpython" or sys.maxsize < 2**32 or sys.byteorder != "little":
        raise NotCompiled(
            "loops are compiled for CPython of 64 bits, the least byte first; DEDUP_LOOPS=plain runs them as they are"
        )
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="default",
        codemodel="jitdefault", jit=True,
    )  # fmt: skip


def object_code(text: str) -> bytes:
    """Machine code of a module of LLVM, as an object file."""
    with LOCK:
        machine = _machine()
        module = llvm.parse_assembly(text)
        module.triple = llvm.get_process_triple()
        module.data_layout = str(machine.target_data)
        module.verify()
        options = llvm.create_pipeline_tuning_options(speed_level=3)
        options.loop_vectorization = True
        options.slp_vectorization = False
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(module, builder)
        return bytes(machine.emit_object(module))


@functools.cache
def _engine() -> Any:
    """What links machine code of this process. It has to know how kernels ask for memory: of Python, as numpy does."""
    for name, function in (("dedup_obtain", "PyMem_RawMalloc"), ("dedup_give_back", "PyMem_RawFree")):
        llvm.add_symbol(name, ctypes.cast(getattr(ctypes.pythonapi, function), ctypes.c_void_p).value)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())


def addresses(code: bytes, names: Sequence[str]) -> list[int]:
    """Load machine code; return where some functions of it begin."""
    with LOCK:
        engine = _engine()
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
        return [int(engine.get_function_address(name)) for name in names]
