// WEFT_ASSERT: for what only a bug in Weft can cause. On in every build: a broken invariant ends the process, which its
// supervisor restarts, rather than serve wrong answers.
#pragma once

namespace weft {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}  // namespace weft

#define WEFT_ASSERT(condition)                                   \
  (__builtin_expect(static_cast<bool>(condition), true) ? void() \
                                                        : ::weft::assertion_failed(#condition, __FILE__, __LINE__))
