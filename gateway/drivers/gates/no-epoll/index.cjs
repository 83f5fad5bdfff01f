// onoff makes one of these for every line, also for an output, which never waits for an edge. The real one is compiled on the machine; a Pi in a cabinet has no compiler.
// Whoever waits for an edge here is refused, instead of waiting for ever.
class Epoll {
  add() {
    throw new Error("this build of onoff sets outputs only: no edge is waited for");
  }
  modify() {
    this.add();
  }
  remove() {}
  close() {}
  closed = false;
}
Epoll.EPOLLPRI = 2;

module.exports = { Epoll };
