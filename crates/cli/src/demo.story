policy: tencent_rest
# Alice and Bob are new. Each may message the other, and ask to be friends.
alice joins
bob joins
#
# Alice asks, and Bob accepts.
alice sends bob a friend request
bob accepts a friend request from alice
#
# They fall out: Alice blocks Bob. The friendship ends on both sides.
alice blocks bob
#
# Alice may still write to him. His messages are dropped, and he is not told.
alice may message bob
bob may not message alice, silently
#
# Neither may ask the other to be friends again, and Bob sees why.
bob may not send alice a friend request, and is told why
#
# Bob blocks Alice, too. Now neither reaches the other.
bob blocks alice
#
# They make up, and both unblock. Nothing comes back by itself.
alice unblocks bob
bob unblocks alice
now: alice and bob are strangers
#
# But they may ask again.
alice may send bob a friend request
