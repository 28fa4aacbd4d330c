// MemoryGuard: asked by whoever holds what a peer has begun and not ended, before it holds more of it.
#pragma once

#include <cstddef>

namespace weft {

// Outlives those who ask. Any thread.
class MemoryGuard {
 public:
  // Whether there is room for `bytes` more. What is taken need not be given back: who guards looks by itself at how
  // much memory there is.
  virtual bool allows(size_t bytes) = 0;
  // Whether so little is left that what has come as a whole is to be refused, too. Asked when allows() has said no.
  virtual bool is_short() const = 0;

 protected:
  ~MemoryGuard() = default;
};

}  // namespace weft
