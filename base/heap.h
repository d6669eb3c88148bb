// Heap: `new` and `delete` of a binary that Groundhog is linked into: free lists by size, one set a
// thread, so that a simulation gets the memory of the last one back within a few instructions.
//
// A simulation makes and drops hundreds of small objects: coroutine frames, messages, events,
// texts, nodes of tables. Which address one of them gets is never looked at, so reuse carries no
// meaning (DESIGN §3.6). Blocks come from malloc and may be freed by any thread; what a thread
// keeps for itself is bounded, goes back when it ends, and above the bound at once.
//
// Off where it would hide mistakes: under sanitizers and in debug builds. A program that has a
// `new` of its own keeps that: the linker takes ours only if nobody else defines one.
#pragma once

namespace groundhog {

// Whether this binary's `new` is the one described above.
bool HeapIsPooled();

// Gives back what this thread keeps. For whoever goes on to something of another kind: free blocks
// that lie scattered over much memory are used again in that disorder.
void ReleaseFreeMemory();

}  // namespace groundhog
