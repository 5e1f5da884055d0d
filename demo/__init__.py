"""The reference province (测试省): 24 departments and 2 platform backends as real servers on loopback.

Each speaks its own protocol. Every person and firm in it is synthetic (region 99xxxx does not exist). It
shares no code with the house it is docked to.
"""
