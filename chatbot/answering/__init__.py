"""The answering process: loads the dialogue once and answers LINE and the web over a socket."""
