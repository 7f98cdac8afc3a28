"""A lock that no other process can hold."""

import os
import threading

import pytest

from sklearn_prodemb._utils.process_lock import ProcessLock


def test_threads_take_turns():
    lock, inside = ProcessLock(), []

    def work(number):
        for _ in range(200):
            with lock:
                inside.append(number)
                assert len(inside) == 1
                inside.remove(number)

    errors = []

    def checked(number):
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=checked, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_an_error_gives_it_back():
    lock = ProcessLock()
    with pytest.raises(ValueError, match="inside"), lock:
        raise ValueError("inside")
    with lock:
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="This system has no fork.")
def test_a_forked_process_does_not_wait_for_its_parent():
    lock = ProcessLock()
    with lock:
        child = os.fork()
        if child == 0:
            with lock:
                os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
