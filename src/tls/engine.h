// Engine: TLS of one connection as bytes in and bytes out (RFC 8446, RFC 5246), without I/O: what the peer sent is put
// in, what is to be sent to it is taken out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tls/context.h"

struct ssl_st;
struct ssl_session_st;
struct bio_st;

namespace weft::tls {

class Tickets;

// Whom a client turns to.
struct ServerName {
  std::string name = {};                    // SNI; empty: none is sent
  std::vector<std::string> protocols = {};  // instead of the context's; empty: those
  std::shared_ptr<Tickets> tickets = {};    // to resume by, and where new ones go; null: every handshake is a full one
};

// Owned by a stream. One thread.
class Engine {
 public:
  // `wants_input`: nothing can be done until more bytes of the peer are there. `closed`: the peer said that nothing
  // follows. `failed`: the connection is of no use any more; problem() says why.
  enum class Step : uint8_t { done, wants_input, closed, failed };
  // `size`: the bytes that were read or written.
  struct Outcome {
    Step step;
    size_t size = 0;
  };
  // What the peer did to make a step fail, beside what its certificate is like. `plain_text`: it does not speak TLS.
  // `closed`: it left. `alert`: it says that it does not accept us.
  enum class Breach : uint8_t { none, plain_text, closed, alert };

  // A server; a client.
  explicit Engine(ContextPtr context);
  Engine(ContextPtr context, ServerName server);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Outcome handshake();
  // Decrypts into `into`; `done` with at least one byte.
  Outcome read(std::span<char> into);
  // Whether bytes for read() are there, without taking them; `done`: there are.
  Outcome look();
  // Encrypts one record at most.
  Outcome write(std::span<const char> from);
  // Tells the peer that nothing follows.
  void close();

  // The peer's bytes. Those before must have been used up, or kept. The view is good until keep_input().
  void put(std::string_view bytes) { input_ = bytes; }
  void end_input() { has_ended_ = true; }
  bool has_input() const { return !input_.empty(); }
  // Copies what is not used up yet, so that the view that was put in may end.
  void keep_input();

  // What is to be sent to the peer; the caller takes off what it has sent.
  std::string& output() { return output_; }
  // After the handshake, whether it only holds what the peer does not wait for: a server's last words in TLS 1.3 are
  // tickets (RFC 8446 4.6.1).
  bool output_may_wait() const;
  // Decrypted bytes, or ones to decrypt, wait to be read.
  bool has_more() const;

  // After the handshake.
  std::optional<Certificate> peer_certificate() const;  // nothing: the peer has shown none
  // The peer's certificates as it has shown them, the leaf first; empty where the session was resumed without them.
  std::vector<Certificate> peer_chain() const;
  std::string_view protocol() const;     // ALPN; empty: none was agreed upon
  std::string_view server_name() const;  // SNI, as the client sent it
  std::string_view version() const;      // "TLSv1.3"
  std::string_view cipher() const;
  bool is_resumed() const;
  // Why the last step failed, for the operator.
  const std::string& problem() const { return problem_; }
  // What was wrong with the peer's certificate, if that was it.
  std::optional<ChainFault> fault() const { return fault_; }
  Breach breach() const { return breach_; }
  const Context& context() const { return *context_; }

  // Lets go of the record buffers while nothing is under way: the library makes them anew when they are needed.
  void rest();

  // For the callbacks of the library.
  static Engine& of(ssl_st& connection);
  void note(Refusal refusal) { refusal_ = std::move(refusal); }
  bool take_ticket(ssl_session_st* session);

 private:
  struct Pipe;
  void prepare();
  Outcome outcome_of(int returned);
  void note_problem();

  ContextPtr context_;
  ServerName server_;
  ssl_st* connection_;
  std::string_view input_;
  std::string kept_;
  std::string output_;
  std::string problem_;
  std::optional<Refusal> refusal_;
  std::optional<ChainFault> fault_;
  Breach breach_ = Breach::none;
  bool has_ended_ = false;
};

}  // namespace weft::tls
